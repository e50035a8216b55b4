import FoundationEssentials
import IXCore
import IXRepresentation
import IXStore

/// A table of jobs for people, one line each. On a terminal an id is cut to its first 8 characters, which every command
/// takes. Queue and group have columns where a job has them, run time and host where a job runs, and the awaited jobs where
/// a job waits.
struct JobTable {
    /// True when the table has columns for queue and group.
    let hasLines: Bool
    /// True when the table has columns for run time and host.
    let hasRuns: Bool
    /// True when the table has a column for awaited jobs.
    let hasWaits: Bool
    private var table: TextTable

    /// `hosts` are the hosts of live daemons.
    init(_ jobs: [JobSummary], hasShortIDs: Bool, hosts: [UUID: String] = [:]) {
        hasLines = jobs.contains { $0.queue != nil || $0.groupKey != nil }
        hasRuns = jobs.contains { $0.status == .running }
        hasWaits = jobs.contains { $0.waits != nil }
        let run: [TextTable.Column] =
            hasRuns ? [.init(heading: "RUNS FOR", alignment: .right), .init(heading: "HOST", least: 4)] : []
        let line: [TextTable.Column] =
            hasLines ? [.init(heading: "QUEUE", least: 5), .init(heading: "GROUP", least: 5)] : []
        let waits: [TextTable.Column] = hasWaits ? [.init(heading: "WAITS", least: 5)] : []
        var columns: [TextTable.Column] = [
            .init(heading: "JOB"), .init(heading: "STATUS", paint: { Paint.status($0) }),
            .init(heading: "AGE", alignment: .right),
        ]
        columns += run
        columns += [.init(heading: "TRIES", alignment: .right), .init(heading: "USE CASE", least: 6)]
        columns += line
        columns += [.init(heading: "CLIENT", least: 6), .init(heading: "REQUEST", least: 6)]
        columns += waits
        columns.append(.init(heading: "ERROR", least: 5))
        table = TextTable(columns)
        for job in jobs { table.add(cells(of: job, hasShortIDs, hosts)) }
    }

    private func cells(of job: JobSummary, _ hasShortIDs: Bool, _ hosts: [UUID: String]) -> [String?] {
        let id = hasShortIDs ? job.jobID.shortText : job.jobID.uuidString.lowercased()
        var cells: [String?] = [id, job.status.rawValue, DurationText.brief(job.age)]
        if hasRuns { cells += [job.runTime.map(DurationText.brief), job.host(hosts)] }
        cells += [job.tries, job.names.useCase]
        if hasLines { cells += [job.queue, job.groupKey] }
        cells += [job.names.clientID, job.names.requestID]
        if hasWaits { cells.append(job.wait(hasShortIDs)) }
        cells.append(job.reason)
        return cells
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

    /// The awaited jobs.
    fileprivate func wait(_ hasShortIDs: Bool) -> String? {
        waits?.reason { hasShortIDs ? UUID(uuidString: $0)?.shortText ?? $0 : $0 }
    }

    /// Error code and message of the job; nil when the job has neither.
    var reason: String? {
        let parts = [errorCode, errorMessage].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: ": ")
    }
}
