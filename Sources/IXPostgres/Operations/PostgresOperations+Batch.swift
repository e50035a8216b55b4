package import FoundationEssentials
package import IXCore
package import IXStore

extension PostgresOperations {
    /// Inserts the jobs in one transaction with one notification. Item n of the result belongs to insertion n.
    ///
    /// Guarantees: a refused item leaves the further items unchanged. Cost: a single round trip for jobs which are new
    /// and plain. Any other job takes a second round trip, by `ix_enqueue_batch`, outside a caller's transaction in a
    /// transaction of its own.
    package func insertPendingBatch(_ insertions: [NewJob]) throws(StoreError) -> [BatchInsertResult] {
        guard !insertions.isEmpty else { return [] }
        var results = try CheckedInserts(insertions)?.run(on: self) ?? [:]
        let rest = insertions.indices.filter { results[$0] == nil }
        for (index, result) in zip(rest, try enqueue(rest.map { insertions[$0] })) { results[index] = result }
        return insertions.indices.compactMap { results[$0] }
    }

    /// Inserts the jobs by `ix_enqueue_batch`, which checks each job and answers for known keys.
    private func enqueue(_ insertions: [NewJob]) throws(StoreError) -> [BatchInsertResult] {
        guard !insertions.isEmpty else { return [] }
        let jobs = "[" + insertions.map(\.json).joined(separator: ",") + "]"
        let items = try run(.insertPendingBatch, [jobs]).map(BatchInsertResult.init)
        guard items.count == insertions.count else { throw fault(.insertPendingBatch) }
        return items
    }

    /// Cancels the jobs by `ix_cancel`, in the order of their ids, so that two calls can't deadlock. Waits for rows
    /// that another transaction has locked, up to the call's deadline.
    package func cancel(_ jobIDs: [UUID]) throws(StoreError) -> [Cancellation] {
        try run(.cancel, [jobIDs.array]).map(Cancellation.init)
    }

    /// Inserts a new job with an ended job's request, by `ix_resubmit`. With `requestID` nil, the server derives the
    /// new request_id from the old request_id, so that a second call finds the first call's job.
    package func resubmit(_ jobID: UUID, requestID: String?) throws(StoreError) -> Resubmission {
        guard let row = try run(.resubmit, [jobID.uuidString, requestID]).first else { throw fault(.resubmit) }
        return try Resubmission(row)
    }

    /// Resubmits the jobs one by one. In a caller's transaction each job has a savepoint, because a refusal would end the
    /// transaction.
    package func resubmitEach(_ jobIDs: [UUID]) throws(StoreError) -> [Result<Resubmission, InvalidInput>] {
        let isAlone = link.isReusable
        return try jobIDs.map { id throws(StoreError) in
            if !isAlone { try script("SAVEPOINT ix_job") }
            do throws(StoreError) {
                let answer = try resubmit(id, requestID: nil)
                if !isAlone { try script("RELEASE SAVEPOINT ix_job") }
                return .success(answer)
            } catch {
                guard let input = error.refusedInput else { throw error }
                if !isAlone { try script("ROLLBACK TO SAVEPOINT ix_job") }
                return .failure(input)
            }
        }
    }
}

extension NewJob {
    /// The job in the form of ix_enqueue_batch, with its document unchanged.
    fileprivate var json: String {
        let texts = [
            ("callback_url", callbackURL), ("run_at", runAt), ("expires_at", expiresAt),
            ("traceparent", traceContext.flatMap(TraceParent.parent)),
            ("tracestate", traceContext.flatMap(TraceParent.state)), ("queue", queue), ("group_key", groupKey),
        ]
        let given =
            texts.compactMap { name, value in value.map { ",\"\(name)\":\(JSONString.encode($0))" } }
            + ((dedupe?.members ?? []) + (after?.members ?? []) + (batchID?.batchMember ?? [])).map {
                ",\"\($0.name)\":\($0.json)"
            }
        return "{\"request\":\(request.document.text),\"priority\":\(priority),\"max_attempts\":\(maxAttempts)"
            + given.joined() + "}"
    }
}

extension BatchInsertResult {
    init(_ row: PostgresRows.Row) throws(StoreError) {
        if let inserted = try InsertResult(row) {
            self = .inserted(inserted)
        } else if row.text("refusal_state") == "53400" {
            self = .queueFull(row.string("refusal"))
        } else {
            self = .refused(PostgresError.invalidInput(row.text("refusal") ?? "refused"))
        }
    }
}

extension Cancellation {
    init(_ row: PostgresRows.Row) throws(StoreError) {
        let result: Result =
            switch row.string("result") {
            case "cancelled": .cancelled
            case "cancelling": .cancelling
            case "not_found": .notFound
            default: .ended(try row.status("status"))
            }
        self.init(jobID: try row.id("job_id"), result: result)
    }
}

extension Resubmission {
    fileprivate init(_ row: PostgresRows.Row) throws(StoreError) {
        switch row.string("result") {
        case "resubmitted": self = .resubmitted(try row.id("job_id"))
        case "duplicate": self = .duplicate(try row.id("job_id"))
        case "not_ended": self = .notEnded(try row.status("status"))
        default: self = .notFound
        }
    }
}
