import FoundationEssentials
import IXCore
import IXRepresentation
import IXStore

/// A table of jobs for people, one line each. On a terminal an id is cut to its first 8 characters, which every command
/// takes. Queue and group have columns where a job has them, and so have run time and host where a job runs.
struct JobTable {
    /// True when the table has columns for queue and group.
    let hasLines: Bool
    /// True when the table has columns for run time and host.
    let hasRuns: Bool
    private var table: TextTable

    /// `hosts` are the hosts of live daemons.
    init(_ jobs: [JobSummary], hasShortIDs: Bool, hosts: [UUID: String] = [:]) {
        hasLines = jobs.contains { $0.queue != nil || $0.groupKey != nil }
        hasRuns = jobs.contains { $0.status == .running }
        let run: [TextTable.Column] =
            hasRuns ? [.init(heading: "RUNS FOR", alignment: .right), .init(heading: "HOST", least: 4)] : []
        let line: [TextTable.Column] =
            hasLines ? [.init(heading: "QUEUE", least: 5), .init(heading: "GROUP", least: 5)] : []
        table = TextTable(
            [
                .init(heading: "JOB"),
                .init(heading: "STATUS", paint: { Paint.status($0) }), .init(heading: "AGE", alignment: .right),
            ] + run + [
                .init(heading: "TRIES", alignment: .right), .init(heading: "USE CASE", least: 6),
            ] + line + [
                .init(heading: "CLIENT", least: 6), .init(heading: "REQUEST", least: 6),
                .init(heading: "ERROR", least: 5),
            ])
        for job in jobs {
            table.add(
                [
                    hasShortIDs ? job.jobID.shortText : job.jobID.uuidString.lowercased(), job.status.rawValue,
                    DurationText.brief(job.age),
                ] + (hasRuns ? [job.runTime.map(DurationText.brief), job.host(hosts)] : [])
                    + [job.tries, job.names.useCase] + (hasLines ? [job.queue, job.groupKey] : [])
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
    /// Seconds since the claim of a running job, by the store's clock; nil for any other.
    var runTime: Double? {
        guard status == .running, let created = Timestamp(createdAt), let started = startedAt.flatMap({ Timestamp($0) })
        else { return nil }
        return max(0, age - (started - created).inSeconds)
    }

    /// The host of a running job's daemon; `?` when no live daemon holds the job.
    fileprivate func host(_ hosts: [UUID: String]) -> String? {
        status == .running ? daemonID.flatMap { hosts[$0] } ?? "?" : nil
    }

    /// Failed starts and the limit, such as 1/3; ∞ stands for no limit.
    fileprivate var tries: String { "\(attempts)/\(maxAttempts == 0 ? "∞" : "\(maxAttempts)")" }

    /// Error code and message of the job; nil when the job has neither.
    var reason: String? {
        let parts = [errorCode, errorMessage].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: ": ")
    }
}
