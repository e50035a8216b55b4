package import FoundationEssentials
import IXCore
package import IXStore

extension PostgresOperations {
    /// Inserts the finisher by `ix_batch`.
    package func insertBatch(_ batch: NewBatch) throws(StoreError) -> InsertResult {
        let job = batch.finisher
        let rows = try run(
            .insertBatch,
            [
                job.request.document.text, job.callbackURL, job.inUTC(job.runAt, "run_at"), "\(job.priority)",
                "\(job.maxAttempts)", job.inUTC(job.expiresAt, "expires_at"), job.traceContext, job.queue, job.groupKey,
                batch.onFailure.rawValue, "\(batch.isOpen)",
            ])
        guard let row = rows.first, let inserted = try InsertResult(row) else { throw fault(.insertBatch) }
        return inserted
    }

    package func batch(_ batchID: UUID) throws(StoreError) -> BatchState? {
        try run(.readBatch, [batchID.uuidString]).first.flatMap { row in
            BatchState(
                batchID: batchID, clientID: row.string("client_id"), status: row.string("status"),
                phase: row.string("result"), onFailure: row.text("on_failure"), isOpen: row.bool("is_open"),
                members: row.int("members"), ended: row.int("ended"), running: row.int("running"),
                failed: row.int("failed"))
        }
    }

    package func batches(
        of clientID: String?, after position: ListPosition?, limit: Int
    ) throws(StoreError) -> [BatchSummary] {
        // No column holds NUL, and libpq would end the text there.
        guard limit > 0, clientID?.utf8.contains(0) != true else { return [] }
        let none = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
        let start = position ?? ListPosition(createdAt: "-infinity", jobID: none)
        let parameters = [clientID, start.createdAt, start.jobID.uuidString, "\(limit)"]
        return try run(.listBatches, parameters).map { row throws(StoreError) in
            BatchSummary(
                batchID: try row.id("batch_id"), names: row.names, isCancelling: row.bool("is_cancelling"),
                onFailure: row.string("on_failure"), isOpen: row.bool("is_open"), openMembers: row.int("open_members"),
                createdAt: row.time("created_at") ?? "", expiresAt: row.time("expires_at"))
        }.compactMap(\.self)
    }

    package func closeBatch(_ batchID: UUID) throws(StoreError) -> BatchChange {
        try change(.closeBatch, batchID)
    }

    package func cancelBatch(_ batchID: UUID) throws(StoreError) -> BatchChange {
        try change(.cancelBatch, batchID)
    }

    /// Writes notes for at most 1,000 batches that are over or being cancelled, so that none waits for a lost note.
    package func lookAtBatches() throws(StoreError) {
        _ = try run(.lookBatches, ["1000"])  // ignored: the number of notes
    }

    private func change(_ statement: Statement, _ batchID: UUID) throws(StoreError) -> BatchChange {
        guard let row = try run(statement, [batchID.uuidString]).first,
            let change = BatchChange(rawValue: row.string("result"))
        else { throw fault(statement) }
        return change
    }
}
