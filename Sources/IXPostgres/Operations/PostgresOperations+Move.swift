package import FoundationEssentials
import IXCore
package import IXStore

extension PostgresOperations {
    /// Returns ended jobs by `job_id`, at most `limit` and `JobRecord.batchBytes`. Empty only behind the last ended
    /// job; a page pruned between its two reads is skipped.
    package func endedRecords(after jobID: UUID?, limit: Int) throws(StoreError) -> [JobRecord] {
        var position = jobID
        while true {
            let ids = try run(.endedRecords, [position?.uuidString, "\(limit)"]).map { row throws(StoreError) in
                try row.id("job_id")
            }
            guard let last = ids.last else { return [] }
            let records = try readRecords(ids)
            guard records.isEmpty else { return records }
            position = last  // all of them were pruned in between
        }
    }

    /// Locks jobs and reads them, by `job_id`; skips rows that another transaction has locked. `forced` also takes
    /// running jobs, after the sweep's transition. Requires: a transaction.
    package func takeRecords(after jobID: UUID?, limit: Int, forced: Bool) throws(StoreError) -> [JobRecord] {
        let taken = try run(.takeRecords, [jobID?.uuidString, "\(limit)", forced ? "t" : "f"])
        let ids = try taken.map { row throws(StoreError) in try row.id("job_id") }
        return ids.isEmpty ? [] : try readRecords(ids)
    }

    /// Locks a client's jobs and reads them, by `request_id`; otherwise as `takeRecords(after:limit:forced:)`.
    package func takeRecords(
        of clientID: String, after requestID: String?, limit: Int, forced: Bool
    ) throws(StoreError) -> [JobRecord] {
        let taken = try run(.takeClientRecords, [clientID, requestID, "\(limit)", forced ? "t" : "f"])
        let ids = try taken.map { row throws(StoreError) in try row.id("job_id") }
        guard let first = ids.first else { return [] }
        // The documents' size ends a page by job_id, so the page by request_id ends before the first missing job.
        let records = Dictionary(uniqueKeysWithValues: try readRecords(ids).map { ($0.job.jobID, $0) })
        let page = ids.prefix { records[$0] != nil }.compactMap { records[$0] }
        return page.isEmpty ? try readRecords([first]) : page
    }

    /// Deletes the jobs with their attempts and callbacks. Throws when a job is missing. Requires: the transaction that
    /// took the jobs.
    package func removeTaken(_ jobIDs: [UUID]) throws(StoreError) {
        guard try run(.removeTaken, [jobIDs.array]).count == jobIDs.count else {
            throw StoreError(.internal, operation: "remove_taken", message: "a taken job no longer exists")
        }
    }

    /// Inserts the records unchanged; result n belongs to record n. Failure: `conflict` when a row with equal keys
    /// vanished between insert and explanation.
    package func restore(_ records: [JobRecord]) throws(StoreError) -> [Restored] {
        guard !records.isEmpty else { return [] }
        let rows = records.map { $0.json(nil, adding: $0.wait == nil ? [] : [("waits", "true")]) }
        let restored = try run(.restore, [Self.array(rows)])
        let fresh = Set(try restored.map { row throws(StoreError) in try row.id("job_id") })
        try restoreWaits(records.filter { fresh.contains($0.job.jobID) })
        let found = try findRestored(records.filter { !fresh.contains($0.job.jobID) })
        return records.map { fresh.contains($0.job.jobID) ? .inserted : found[$0.job.jobID] ?? .alreadyThere }
    }

    /// Records the batch in this transaction; returns false when another transaction has moved the batch. Waits for a
    /// transaction under way that records the batch. Forces a durable commit.
    package func enterMovedBatch(_ batch: MovedBatch) throws(StoreError) -> Bool {
        try run(.enterMovedBatch, [batch.exportID.uuidString, "\(batch.number)", batch.direction.rawValue]).count == 1
    }

    private func findRestored(_ records: [JobRecord]) throws(StoreError) -> [UUID: Restored] {
        guard !records.isEmpty else { return [:] }
        var found: [UUID: Restored] = [:]
        for row in try run(.findRestored, [Self.array(records.map(\.job.keys))]).all {
            if row.bool("present") {
                found[try row.id("job_id")] = .alreadyThere
            } else if let holder = row.uuid("holder") {
                found[try row.id("job_id")] = .keysTaken(by: holder)
            } else {
                throw StoreError(
                    .conflict, operation: "restore", message: "a row with the same keys was deleted meanwhile")
            }
        }
        return found
    }

    private func readRecords(_ ids: [UUID]) throws(StoreError) -> [JobRecord] {
        let read = try run(.readRecords, [ids.array, "\(JobRecord.batchBytes)"]).map { row throws(StoreError) in
            (job: try Job(row), isCallbackDue: row.bool("is_callback_due"))
        }
        var attempts: [UUID: [AttemptRecord]] = [:]
        let rows = try run(.listAttempts, [read.map(\.job.jobID).array, "\(JobRecord.attemptLimit)"])
        for row in rows.all { attempts[try row.id("job_id"), default: []].append(try AttemptRecord(row)) }
        let waits = try readWaits(read.map(\.job))
        return read.map {
            JobRecord(
                $0.job, attempts: attempts[$0.job.jobID] ?? [], isCallbackDue: $0.isCallbackDue,
                wait: waits[$0.job.jobID])
        }
    }

    static func array(_ texts: [String]) -> String { "[" + texts.joined(separator: ",") + "]" }
}

extension Job {
    /// The keys in find_restored's form.
    fileprivate var keys: String {
        JSONPairs([
            ("job_id", JSONPairs.literal(jobID.uuidString)), ("client_id", JSONPairs.literal(clientID)),
            ("request_id", JSONPairs.literal(requestID)),
        ]).text
    }
}
