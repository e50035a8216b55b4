package import FoundationEssentials
import GRDB
import IXCore
package import IXStore

extension SQLiteOperations {
    /// Returns ended jobs by `job_id`, at most `limit` and `JobRecord.batchBytes`; empty only behind the last ended
    /// job.
    package func endedRecords(after jobID: UUID?, limit: Int) throws(StoreError) -> [JobRecord] {
        try read("ended_records") { db in
            try Page(db).records(of: try db.cursor(.endedRecords, [jobID?.text ?? "", limit]))
        }
    }

    /// Reads jobs by `job_id`; `forced` also takes running jobs, after the sweep's transition. Requires: a transaction,
    /// which excludes further writers.
    package func takeRecords(after jobID: UUID?, limit: Int, forced: Bool) throws(StoreError) -> [JobRecord] {
        try write("take_records") { db in
            let page = Page(db)
            let records = try page.records(of: try db.cursor(.takeRecords, [jobID?.text ?? "", limit, forced]))
            return try records.map { try $0.job.status == .running ? page.stopped($0.job) : $0 }
        }
    }

    /// Reads a client's jobs by `request_id`; otherwise as `takeRecords(after:limit:forced:)`.
    package func takeRecords(
        of clientID: String, after requestID: String?, limit: Int, forced: Bool
    ) throws(StoreError) -> [JobRecord] {
        try write("take_client_records") { db in
            let page = Page(db)
            let rows = try db.cursor(.takeClientRecords, [clientID, requestID ?? "", limit, forced])
            return try page.records(of: rows).map { try $0.job.status == .running ? page.stopped($0.job) : $0 }
        }
    }

    /// Deletes the jobs with their attempts and callbacks. Throws when a job is missing. Requires: the transaction that
    /// took the jobs.
    package func removeTaken(_ jobIDs: [UUID]) throws(StoreError) {
        let names = "[" + jobIDs.map { "\"\($0.text)\"" }.joined(separator: ",") + "]"
        try write("remove_taken") { db in
            for statement in [Statement.removeAttempts, .removeCallbacks, .removeDeliveries] {
                try db.run(statement, [names])
            }
            guard try db.rows(.removeTaken, [names]).count == jobIDs.count else {
                throw StoreError(.internal, operation: "remove_taken", message: "a taken job no longer exists")
            }
        }
    }

    /// Inserts the records unchanged; result n belongs to record n. An existing row is never changed.
    package func restore(_ records: [JobRecord]) throws(StoreError) -> [Restored] {
        guard !records.isEmpty else { return [] }
        return try write("restore") { db in try records.map { try Self.restore($0, db) } }
    }

    /// Records the batch in this transaction; returns false when another transaction has moved the batch.
    package func enterMovedBatch(_ batch: MovedBatch) throws(StoreError) -> Bool {
        try write("enter_moved_batch") { db in
            try db.row(
                .enterMovedBatch, [batch.exportID.text, batch.number, batch.direction.rawValue, Timestamp.now.text])
                != nil
        }
    }

    private static func restore(_ record: JobRecord, _ db: Database) throws -> Restored {
        guard try db.row(.restore, record.job.columns + [record.wait == nil ? nil : 1]) != nil else {
            return try reason(record.job, db)
        }
        for attempt in record.attempts { try db.run(.restoreAttempt, attempt.columns(of: record.job)) }
        if record.isCallbackDue { try db.run(.enqueueCallback, [record.job.jobID.text, Timestamp.now.text]) }
        try WaitStep.join(record.job, db)
        if let wait = record.wait { try WaitStep.restore(wait, of: record.job.jobID, db) }
        return .inserted
    }

    private static func reason(_ job: Job, _ db: Database) throws -> Restored {
        guard let row = try db.row(.findRestored, [job.jobID.text, job.clientID, job.requestID]),
            row["present"] == false, let holder = row.uuid("holder")
        else { return .alreadyThere }
        return .keysTaken(by: holder)
    }
}

/// Reads whole records, at least one, as many as fit `JobRecord.batchBytes`.
private struct Page {
    private let db: Database

    init(_ db: Database) { self.db = db }

    func records(of rows: RowCursor) throws -> [JobRecord] {
        var (records, bytes): ([JobRecord], Int) = ([], 0)
        while bytes < JobRecord.batchBytes, let row = try rows.next() {
            let record = try record(Job(row))
            bytes += record.bytes
            records.append(record)
        }
        return records
    }

    /// Returns a running job after the sweep's transition, so that no claim leaves with the job.
    func stopped(_ job: Job) throws -> JobRecord {
        if let row = try db.row(.get, [job.jobID.text]) { _ = try HeldRow(row).handBack(.taken, .now, db) }
        guard let left = try db.row(.get, [job.jobID.text]) else {
            throw StoreError(.internal, operation: "take_records", message: "a job that was taken is gone")
        }
        return try record(Job(left))
    }

    private func record(_ job: Job) throws -> JobRecord {
        let rows = try db.rows(.listAttempts, [job.jobID.text, JobRecord.attemptLimit])
        let isCallbackDue = try db.row(.findDueCallback, [job.jobID.text]) != nil
        let wait = job.status == .pending ? try WaitStep.wait(of: job.jobID, db) : nil
        return try JobRecord(job, attempts: rows.map(AttemptRecord.init), isCallbackDue: isCallbackDue, wait: wait)
    }
}

extension JobRecord {
    fileprivate var bytes: Int {
        job.request.utf8.count + (job.response?.utf8.count ?? 0)
            + attempts.reduce(0) { $0 + $1.note.logTail.utf8.count }
    }
}

extension Job {
    /// The columns in restore's order.
    fileprivate var columns: [(any DatabaseValueConvertible)?] {
        [
            jobID.text, ixID, clientID, requestID, useCase, status.rawValue, normal(request), response.map(normal),
            callbackURL, callbackStatus?.rawValue, attempts, maxAttempts, priority, createdAt, runAt, startedAt,
            finishedAt, expiresAt, claimID?.text, finishedClaim?.text, daemonID?.text, cancelRequestedAt,
            resubmitOf?.text, queue, groupKey, batchID?.text,
        ]
    }

    private func normal(_ document: String) -> String {
        // ignored: the table's check refuses a text that isn't a document, and names the column
        (try? JSONNormalForm.of(document)) ?? document
    }
}

extension AttemptRecord {
    /// The columns in restore_attempt's order.
    fileprivate func columns(of job: Job) -> [(any DatabaseValueConvertible)?] {
        [
            job.jobID.text, attempt, claimID.text, daemonID?.text, startedAt, endedAt, note.outcome, note.exitStatus,
            note.logTail, starts,
        ]
    }
}
