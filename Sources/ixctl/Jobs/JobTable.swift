import FoundationEssentials
import IXCore
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
                job.jobID.uuidString.lowercased(), job.status.rawValue, DurationArgument.brief(job.age), job.tries,
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

    /// One object under the table's column names. The members `cursor`, `age_seconds`, `error_code` and `error_message`
    /// exist only in listings.
    var json: String {
        let texts: [(String, String?)] = [
            ("job_id", jobID.uuidString.lowercased()), ("ix_id", names.ixID.isEmpty ? nil : names.ixID),
            ("client_id", names.clientID),
            ("request_id", names.requestID), ("use_case", names.useCase), ("status", status.rawValue),
            ("callback_status", callbackStatus?.rawValue), ("created_at", createdAt), ("run_at", runAt),
            ("started_at", startedAt), ("finished_at", finishedAt),
            ("daemon_id", daemonID?.uuidString.lowercased()), ("error_code", errorCode),
            ("error_message", errorMessage), ("cursor", position.cursor),
        ]
        let raw = [
            ("attempts", "\(attempts)"), ("max_attempts", "\(maxAttempts)"), ("age_seconds", JSONPairs.number(age)),
        ]
        return JSONPairs(texts.map { ($0.0, JSONPairs.literal($0.1)) } + raw).text
    }
}
