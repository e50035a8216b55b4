package import FoundationEssentials
import GRDB
import IXCore
import IXSchedules
package import IXStore

extension SQLiteOperations {
    /// Inserts the job, or returns the existing job under the keys. Failure: `invalidInput` names the refused field.
    package func insertPending(_ insertion: NewJob) throws(StoreError) -> InsertResult {
        let row: PendingRow
        do { row = try PendingRow(insertion) } catch {
            throw StoreError(.invalidInput(error), operation: "insert_pending", message: error.description)
        }
        return try write("insert_pending") { db in try Self.insert(row, db) }
    }

    /// Inserts the finisher of a new batch, or returns the existing job under its keys.
    package func insertBatch(_ batch: NewBatch) throws(StoreError) -> InsertResult {
        let row: PendingRow
        do { row = try PendingRow(batch.finisher) } catch {
            throw StoreError(.invalidInput(error), operation: "insert_batch", message: error.description)
        }
        return try write("insert_batch") { db in
            var inserted = try Self.insert(row, of: batch, db)
            if inserted.isDuplicate {
                inserted.differs = try inserted.differs || BatchStep.differs(inserted.jobID, from: batch, db)
            } else {
                try db.run(
                    .makeBatch, [inserted.jobID.text, batch.onFailure.rawValue, batch.isOpen ? 1 : 0])
            }
            return inserted
        }
    }

    /// Inserts the jobs in a single transaction; item n belongs to insertion n. A refused item leaves the further items
    /// unchanged.
    package func insertPendingBatch(_ insertions: [NewJob]) throws(StoreError) -> [BatchInsertResult] {
        guard !insertions.isEmpty else { return [] }
        // The jobs are checked and brought into normal form before the writer's lock is taken.
        let rows = insertions.map { insertion in
            Result { () throws(InvalidInput) in try PendingRow(insertion) }
        }
        return try write("insert_pending_batch") { db in try rows.map { try Self.item($0, db) } }
    }

    private static func item(_ row: Result<PendingRow, InvalidInput>, _ db: Database) throws -> BatchInsertResult {
        switch row {
        case .failure(let refusal): return .refused(refusal)
        case .success(let row):
            do { return .inserted(try insert(row, db)) } catch let error as StoreError {
                if error.code == .queueFull { return .queueFull(error.message) }
                guard case .invalidInput(let refusal) = error.code else { throw error }
                return .refused(refusal)
            } catch let error as DatabaseError {
                // A refused statement leaves the further statements of its transaction in effect.
                guard case .invalidInput(let refusal) = StoreError(error, operation: "").code else { throw error }
                return .refused(refusal)
            }
        }
    }

    /// Inserts a new job with an ended job's request. `requestID` nil: derived from the old request_id, so that a
    /// second call finds the first call's job.
    package func resubmit(_ jobID: UUID, requestID: String?) throws(StoreError) -> Resubmission {
        guard let old = try get(jobID) else { return .notFound }
        guard old.status.isTerminal else { return .notEnded(old.status) }
        let row: PendingRow
        let settings = try old.queue.flatMap { name throws(StoreError) in
            try read("read_queue") { db in try db.row(.readQueue, [name]).map(QueueSettings.init) }
        }
        do {
            // Another might be the key of a moment that comes.
            if old.clientID == ScheduleKey.client, requestID != nil {
                throw InvalidInput("request_id", "of a job of a schedule, only the default is taken")
            }
            let request = try RequestIX(again: old, as: requestID ?? Resubmission.requestID(of: old.requestID, jobID))
            var new = try NewJob(
                request, callbackURL: old.callbackURL,
                priority: settings?.isStrict == true
                    ? 0 : max(min(old.priority, Limits.priority), -Limits.priority),
                maxAttempts: old.starts(after: try attempts(of: jobID)),
                queue: old.queue == old.useCase ? nil : settings?.queue,
                groupKey: settings?.groupBy == nil ? old.groupKey : nil, isOfSchedule: true)
            new.traceContext = ResubmitOrigin(of: old).context
            row = try PendingRow(new)
        } catch let error as InvalidInput {
            throw StoreError(.invalidInput(error), operation: "resubmit", message: error.description)
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(.internal, operation: "resubmit", message: "\(error)")
        }
        return try write("resubmit") { db in
            let new = try Self.insert(row, db)
            guard !new.isDuplicate else { return .duplicate(new.jobID) }
            try db.run(.linkResubmitted, [new.jobID.text, jobID.text])
            return .resubmitted(new.jobID)
        }
    }

    /// Inserts the job in the caller's transaction. Failure: `StoreError` of `.invalidInput` for a refused job.
    static func insert(_ insertion: NewJob, _ db: Database) throws -> InsertResult {
        let row: PendingRow
        do throws(InvalidInput) { row = try PendingRow(insertion) } catch {
            throw StoreError(.invalidInput(error), operation: "insert_pending", message: error.description)
        }
        return try insert(row, db)
    }

    private static func insert(_ row: PendingRow, of batch: NewBatch? = nil, _ db: Database) throws -> InsertResult {
        let settings = try db.row(.readQueue, [row.queue ?? row.useCase]).map(QueueSettings.init)
        if row.mayHaveLine { try check(row, settings) }
        guard row.dedupe != nil || row.after != nil || row.batchID != nil else {
            guard let refusal = try depthRefusal(row, settings, db) else {
                return try insert(row, runAt: row.runAt, waits: batch != nil, db)
            }
            guard let there = try existing(row, db) ?? DedupeStep.answer(to: row.clientID, row.requestID, db) else {
                throw refusal
            }
            return there
        }
        if let there = try existing(row, db) ?? DedupeStep.answer(to: row.clientID, row.requestID, db) { return there }
        if let batchID = row.batchID { try check(batchID, row, db) }
        let parents = try row.after.map { try self.parents($0, db) } ?? []
        guard let step = row.dedupe else {
            if let refusal = try depthRefusal(row, settings, db) { throw refusal }
            return try insert(row, runAt: row.runAt, after: parents, db)
        }
        switch try step.decide(runAt: row.runAt, db) {
        // Nothing new waits, so that the depth refuses nothing.
        case .answered(let result): return result
        case .inserted(let runAt, let replaced, let since):
            if let refusal = try depthRefusal(row, settings, db) { throw refusal }
            var new = try insert(row, runAt: runAt, after: parents, db)
            try step.note(new.jobID, replaced: replaced, since: since, db)
            new.replaces = replaced
            return new
        }
    }

    /// The refusal of a job whose client has as many waiting jobs as it may have; nil where it has fewer.
    private static func depthRefusal(
        _ row: PendingRow, _ settings: QueueSettings?, _ db: Database
    ) throws -> StoreError? {
        guard let depth = settings?.clientDepth else { return nil }
        let words = try DepthCheck(clientID: row.clientID, queue: settings?.queue ?? "", depth: depth).refusal(db)
        return words.map { StoreError(.queueFull, operation: "insert_pending", message: $0) }
    }

    private static func check(_ row: PendingRow, _ settings: QueueSettings?) throws(StoreError) {
        do throws(InvalidInput) {
            try LineCheck(queue: row.queue, groupKey: row.groupKey, priority: row.priority, useCase: row.useCase)
                .run(settings)
        } catch { throw StoreError(.invalidInput(error), operation: "insert_pending", message: error.description) }
    }

    private static func check(_ batchID: UUID, _ row: PendingRow, _ db: Database) throws {
        do { try BatchStep.check(batchID, clientID: row.clientID, db) } catch let input as InvalidInput {
            throw StoreError(.invalidInput(input), operation: "insert_pending", message: input.description)
        }
    }

    private static func parents(_ step: AfterStep, _ db: Database) throws -> [UUID] {
        do { return try step.parents(db) } catch let input as InvalidInput {
            throw StoreError(.invalidInput(input), operation: "insert_pending", message: input.description)
        }
    }

    private static func insert(
        _ row: PendingRow, runAt: String?, after parents: [UUID] = [], waits: Bool = false, _ db: Database
    ) throws -> InsertResult {
        if try db.row(.insertPending, row.parameters(runAt: runAt, waits: waits || !parents.isEmpty)) != nil {
            if !parents.isEmpty { try row.after?.note(row.jobID, parents, db) }
            if let batchID = row.batchID { try BatchStep.join(row.jobID, batchID, db) }
            return InsertResult(
                jobID: row.jobID, ixID: row.ixID, status: .pending, isDuplicate: false, differs: false)
        }
        guard let there = try existing(row, db) ?? DedupeStep.answer(to: row.clientID, row.requestID, db) else {
            throw StoreError(.internal, operation: "insert_pending", message: "the file returned no row")
        }
        return there
    }

    /// Returns the job that has the keys already.
    private static func existing(_ row: PendingRow, _ db: Database) throws -> InsertResult? {
        try db.row(.getByCorrelation, [row.clientID, row.requestID]).map(Job.init).map { there in
            InsertResult(
                jobID: there.jobID, ixID: there.ixID, status: there.status, isDuplicate: true,
                differs: row.differs(from: there))
        }
    }
}

/// A row to insert, checked and in its normal form.
private struct PendingRow {
    let jobID = UUID.ofJob()
    let ixID = NewJob.ixID()
    let clientID: String
    let requestID: String
    let useCase: String
    let content: JSONDocument
    let callbackURL: String?
    let runAt: String?
    let expiresAt: String?
    let priority: Int
    let maxAttempts: Int
    let traceContext: String?
    let queue: String?
    let groupKey: String?
    let dedupe: DedupeStep?
    let after: AfterStep?
    let batchID: UUID?

    init(_ insertion: NewJob) throws(InvalidInput) {
        clientID = insertion.request.clientID
        requestID = insertion.request.requestID
        useCase = insertion.request.useCase
        content = insertion.request.document
        callbackURL = insertion.callbackURL
        runAt = try insertion.runAt.map { text throws(InvalidInput) in try TimeText.read(text, field: "run_at") }
        expiresAt = try insertion.expiresAt.map { text throws(InvalidInput) in
            try TimeText.read(text, field: "expires_at")
        }
        priority = insertion.priority
        maxAttempts = insertion.maxAttempts
        traceContext = insertion.traceContext
        queue = insertion.queue
        groupKey = insertion.groupKey
        batchID = insertion.batchID
        let request = insertion.request
        after = insertion.after.map { AfterStep(after: $0, clientID: request.clientID) }
        dedupe = insertion.dedupe.map {
            DedupeStep(
                dedupe: $0, clientID: request.clientID, requestID: request.requestID, useCase: request.useCase,
                now: .now)
        }
    }

    /// True when the job's line has to be checked: a plain job of a queue has no member that could be wrong.
    var mayHaveLine: Bool { queue != nil || groupKey != nil || priority != 0 }

    func parameters(runAt: String?, waits: Bool) -> [(any DatabaseValueConvertible)?] {
        let request = content.setting([("ix_id", ixID)]).normalForm
        return [
            jobID.text, ixID, clientID, requestID, useCase, request, callbackURL, Timestamp.now.text, runAt,
            priority, maxAttempts, expiresAt, traceContext, queue, groupKey, waits ? 1 : nil,
            batchID?.text,
        ]
    }

    /// True when the existing row under the keys has a different request or callback URL, or isn't in the batch given.
    func differs(from job: Job) -> Bool {
        if batchID != nil, job.batchID != batchID { return true }
        // ignored: a text that is no longer a document differs from every document
        let stored = (try? JSONDocument(request: job.request))?.without(["ix_id"]).normalForm
        return stored != content.without(["ix_id"]).normalForm || job.callbackURL != callbackURL
    }
}

extension RequestIX {
    /// Makes a request from an ended job's request, under another request_id.
    fileprivate init(again job: Job, as requestID: String) throws(InvalidInput) {
        let names = [("use_case", job.useCase ?? ""), ("ix_client_id", job.clientID), ("request_id", requestID)]
        let document = try JSONDocument(job.request.utf8, field: "request", limit: Limits.requestBytes + 4096)
        try Keys.validated(requestID, field: "request_id")
        self = try RequestIX(document.without(["ix_id"]).setting(names))
    }
}

extension Job {
    /// The starts given at insert: hand-backs that use up no start had raised max_attempts since.
    fileprivate func starts(after attempts: [AttemptRecord]) -> Int {
        guard maxAttempts > 0 else { return maxAttempts }
        let costless = attempts.reduce(0) { $0 + ($1.note.usesUpStart ? 0 : $1.starts) }
        return min(max(maxAttempts - costless, 1), Limits.mostAttempts)
    }
}
