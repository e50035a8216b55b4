import FoundationEssentials
import IXCore
import IXRepresentation
import IXStore

/// A table of jobs for people, one line each. The job id is never cut, because the next command needs the id.
struct JobTable {
    private var table = TextTable([
        .init(heading: "JOB"), .init(heading: "STATUS"), .init(heading: "AGE", alignment: .right),
        .init(heading: "TRIES", alignment: .right), .init(heading: "USE CASE", least: 6),
        .init(heading: "CLIENT", least: 6), .init(heading: "REQUEST", least: 6), .init(heading: "ERROR", least: 5),
    ])

    init(_ jobs: [JobSummary]) {
        for job in jobs {
            table.add([
                job.jobID.uuidString.lowercased(), job.status.rawValue, DurationText.brief(job.age), job.tries,
                job.names.useCase, job.names.clientID, job.names.requestID, job.reason,
            ])
        }
    }

    func lines(fitting width: Int?, heading: Bool) -> [String] { table.lines(fitting: width, heading: heading) }
}

extension JobSummary {
    /// Failed starts and the limit, such as 1/3; ∞ stands for no limit.
    fileprivate var tries: String { "\(attempts)/\(maxAttempts == 0 ? "∞" : "\(maxAttempts)")" }

    /// Error code and message of the job; nil when the job has neither.
    var reason: String? {
        let parts = [errorCode, errorMessage].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: ": ")
    }
}
