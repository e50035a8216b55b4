import FoundationEssentials
import IXCore
import IXRepresentation
import IXStore

/// A table of jobs for people, one line each. On a terminal an id is cut to its first 8 characters, which every command
/// takes. Queue and group have columns where a job has them.
struct JobTable {
    /// True when the table has columns for queue and group.
    let hasLines: Bool
    private var table: TextTable

    init(_ jobs: [JobSummary], hasShortIDs: Bool) {
        hasLines = jobs.contains { $0.queue != nil || $0.groupKey != nil }
        let line: [TextTable.Column] =
            hasLines ? [.init(heading: "QUEUE", least: 5), .init(heading: "GROUP", least: 5)] : []
        table = TextTable(
            [
                .init(heading: "JOB"),
                .init(heading: "STATUS", paint: { Paint.status($0) }), .init(heading: "AGE", alignment: .right),
                .init(heading: "TRIES", alignment: .right), .init(heading: "USE CASE", least: 6),
            ] + line + [
                .init(heading: "CLIENT", least: 6), .init(heading: "REQUEST", least: 6),
                .init(heading: "ERROR", least: 5),
            ])
        for job in jobs {
            table.add(
                [
                    hasShortIDs ? job.jobID.shortText : job.jobID.uuidString.lowercased(), job.status.rawValue,
                    DurationText.brief(job.age), job.tries, job.names.useCase,
                ] + (hasLines ? [job.queue, job.groupKey] : [])
                    + [job.names.clientID, job.names.requestID, job.reason])
        }
    }

    func lines(fitting width: Int?, heading: Bool) -> [String] { table.lines(fitting: width, heading: heading) }
}

extension UUID {
    /// The first 8 characters, for a terminal.
    var shortText: String { String(uuidString.lowercased().prefix(8)) }
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
