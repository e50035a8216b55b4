package import FoundationEssentials
import GRDB
import IXCore
package import IXStore

extension SQLiteOperations {
    /// Lists jobs, newest first. With an ended status in the filter each page reads the table once, without its
    /// documents, and the jobs of a schedule with few are read by its keys; otherwise only live rows are read, or only errors.
    package func list(
        _ filter: JobFilter, after position: ListPosition?, limit: Int
    ) throws(StoreError) -> [JobSummary] {
        let statuses = filter.possibleStatuses
        let sets = [
            filter.clientIDs, filter.useCases, filter.errorCodes, filter.queues, filter.groupKeys, filter.schedules,
        ]
        guard !statuses.isEmpty, limit > 0, !sets.joined().contains(where: { $0.utf8.contains(0) }) else { return [] }
        let texts = sets.map { $0.isEmpty ? nil : $0.sorted().json }
        let statement = try filter.batchID == nil ? listing(statuses, schedules: texts[5]) : .listMembers
        let names = "[" + statuses.map { "\"\($0.rawValue)\"" }.sorted().joined(separator: ",") + "]"
        let now = Timestamp.now
        return try read(statement.rawValue) { db in
            try db.rows(
                statement,
                [
                    names, texts[0], texts[1], texts[2],
                    filter.olderThan.map { (now - $0).text } ?? Self.endOfTime,
                    filter.newerThan.map { (now - $0).text } ?? "", position?.createdAt ?? Self.endOfTime,
                    position?.jobID.text ?? "", limit, filter.createdAfter?.text ?? "",
                    filter.createdBefore?.text ?? Self.endOfTime,
                    filter.callbackStatuses.isEmpty ? nil : filter.callbackStatuses.map(\.rawValue).sorted().json,
                    filter.daemonID?.text, filter.resubmitOf?.text, texts[3], texts[4], texts[5],
                ] + (filter.batchID.map { [$0.text] } ?? [])
            ).map { try JobSummary($0, now) }
        }
    }

    private func listing(_ statuses: Set<JobStatus>, schedules: String?) throws(StoreError) -> Statement {
        if statuses == [.error] { return .listErrors }
        guard statuses.contains(where: \.isTerminal) else { return .listLive }
        // All jobs of a schedule with few cost less than the table down to them; those of a busy one cost more than a page.
        guard let schedules else { return .list }
        let most = 5000
        let count: Int? = try read("count_fires") { db in try db.row(.countFires, [schedules, most])?["count"] }
        return count ?? 0 < most ? .listFires : .list
    }

    package func jobIDs(from first: UUID, through last: UUID, limit: Int) throws(StoreError) -> [UUID] {
        try read("find_jobs") { db in
            try db.rows(.findJobs, [first.text, last.text, limit]).map { try $0.id("job_id") }
        }
    }

    /// Returns no jobs, because the table's checks accept no unreadable row.
    package func unreadableJobs(limit: Int) throws(StoreError) -> [UnreadableJob] { [] }

    package func statistics(countingEnded: Bool) throws(StoreError) -> Statistics {
        try statistics { db, now in
            try db.rows(
                countingEnded ? .countJobs : .countLiveJobs, [now.text, AttemptOutcome.costless.map(\.rawValue).json]
            ).map { UseCaseCounts($0, now) }
        }
    }

    package func surroundings() throws(StoreError) -> Statistics { try statistics { _, _ in [] } }

    /// Returns the statistics of one snapshot; `count` counts the jobs.
    private func statistics(
        _ count: (Database, Timestamp) throws -> [UseCaseCounts]
    ) throws(StoreError) -> Statistics {
        let isHeld = DaemonLock.holder(of: file) != nil
        let now = Timestamp.now
        return try read("count_jobs") { db in
            var statistics = Statistics(
                useCases: try count(db, now),
                // A crashed daemon leaves its entry, but not its lock; so without the lock the entry doesn't count.
                daemons: isHeld ? try db.rows(.listDaemons).map(DaemonLease.init) : [],
                refusedWrites: try db.row(.countRefusedWrites)?[0] ?? 0)
            if let row = try db.row(.countCallbacks) { statistics.callbacks = CallbackCounts(row, now: now) }
            let schedules = try db.row(.countSchedules, [now.text, (now - .seconds(60)).text])
            statistics.schedules = ScheduleOutlook(schedules, at: now)
            if isHeld {
                statistics.unservedQueues = try db.rows(.unservedQueues, [now.text]).map {
                    UnservedQueue(queue: $0["queue"], jobs: $0["jobs"])
                }
            }
            return statistics
        }
    }

    /// A text that sorts after every time.
    private static let endOfTime = "A"
}
