package import FoundationEssentials
import IXCore
package import IXStore

extension PostgresOperations {
    /// Lists jobs, newest first. With an ended status in the filter each page reads the jobs of its window of time, by
    /// ix_jobs_created; the jobs of a client or a schedule with few are read by its keys. A filter without an ended status reads live
    /// rows only, and a filter of errors reads ix_errors.
    package func list(
        _ filter: JobFilter, after position: ListPosition?, limit: Int
    ) throws(StoreError) -> [JobSummary] {
        let statuses = filter.possibleStatuses
        let sets = [
            filter.clientIDs, filter.useCases, filter.errorCodes, filter.queues, filter.groupKeys, filter.schedules,
        ]
        // No column holds NUL, and libpq would end the text there.
        guard !statuses.isEmpty, limit > 0, !sets.joined().contains(where: { $0.utf8.contains(0) }) else { return [] }
        let texts = sets.map { $0.isEmpty ? nil : $0.sorted().array }
        let statement =
            try filter.batchID == nil
            ? listing(statuses, clients: texts[0], schedules: texts[5]) : .listMembers
        let names = "{" + statuses.map(\.rawValue).sorted().joined(separator: ",") + "}"
        var parameters: [String?] = [names] + texts[..<3]
        parameters += [filter.olderThan?.seconds, filter.newerThan?.seconds]
        parameters += (position ?? .start).parameters
        parameters.append("\(limit)")
        parameters += filter.bounds
        parameters += texts[3...]
        if let batchID = filter.batchID { parameters.append(batchID.uuidString) }
        return try run(statement, parameters).map(JobSummary.init)
    }

    private func listing(
        _ statuses: Set<JobStatus>, clients: String?, schedules: String?
    ) throws(StoreError) -> Statement {
        if statuses == [.error] { return .listErrors }
        guard statuses.contains(where: \.isTerminal) else { return .listLive }
        // All jobs of a client with few cost less than the windows down to them; those of a busy one cost more than a page.
        if let schedules, try isFew(.countFires, schedules) { return .listFires }
        if let clients, try isFew(.countClients, clients) { return .listClients }
        return .list
    }

    private func isFew(_ count: Statement, _ names: String) throws(StoreError) -> Bool {
        let most = 5000
        return try run(count, [names, "\(most)"]).first?.int("count") ?? 0 < most
    }

    package func jobIDs(from first: UUID, through last: UUID, limit: Int) throws(StoreError) -> [UUID] {
        try run(.findJobs, [first.uuidString, last.uuidString, "\(limit)"]).map { row throws(StoreError) in
            try row.id("job_id")
        }
    }

    package func unreadableJobs(limit: Int) throws(StoreError) -> [UnreadableJob] {
        try run(.listUnreadable, ["\(limit)"]).map { row throws(StoreError) in
            UnreadableJob(jobID: try row.id("job_id"), fault: row.string("fault"))
        }
    }
}

extension JobFilter {
    /// The parameters behind the limit.
    fileprivate var bounds: [String?] {
        let statuses = callbackStatuses.map(\.rawValue).sorted().joined(separator: ",")
        return [
            createdAfter?.text, createdBefore?.text, callbackStatuses.isEmpty ? nil : "{\(statuses)}",
            daemonID?.uuidString, resubmitOf?.uuidString,
        ]
    }
}

extension ListPosition {
    /// The position before every job.
    fileprivate static var start: ListPosition {
        ListPosition(
            createdAt: "infinity",
            jobID: UUID(uuid: (255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255)))
    }

    fileprivate var parameters: [String?] { [createdAt, jobID.uuidString] }
}

extension JobSummary {
    init(_ row: PostgresRows.Row) throws(StoreError) {
        try self.init(
            jobID: row.id("job_id"), names: row.names, status: row.status("status"),
            attempts: row.text("attempts").flatMap(Int.init) ?? 0, maxAttempts: row.int("max_attempts"),
            callbackStatus: row.text("callback_status").flatMap(CallbackStatus.init), daemonID: row.uuid("daemon_id"),
            createdAt: row.time("created_at") ?? "", runAt: row.time("run_at"), startedAt: row.time("started_at"),
            finishedAt: row.time("finished_at"), age: row.seconds("age") ?? 0, errorCode: row.text("error_code"),
            errorMessage: row.text("error_message"))
        (queue, groupKey) = (row.text("queue"), row.text("group_key"))
        waits = row.text("parents").flatMap { Int($0) }.map { LineState(after: $0, such: row.text("parent")) }
    }
}
