package import FoundationEssentials
import GRDB
import IXCore
package import IXStore

extension SQLiteOperations {
    package func batch(_ batchID: UUID) throws(StoreError) -> BatchState? {
        try read("read_batch") { db in
            try db.row(.readBatch, [batchID.text]).flatMap { row in
                BatchState(
                    batchID: batchID, clientID: row["client_id"], status: row["status"], phase: row["result"],
                    onFailure: row["on_failure"], isOpen: row["is_open"], members: row["members"],
                    ended: row["ended"], running: row["running"], failed: row["failed"])
            }
        }
    }

    package func batches(
        of clientID: String?, after position: ListPosition?, limit: Int
    ) throws(StoreError) -> [BatchSummary] {
        guard limit > 0 else { return [] }
        return try read("list_batches") { db in
            try db.rows(
                .listBatches, [clientID, position?.createdAt ?? "", position?.jobID.text ?? "", limit]
            ).compactMap { row in
                BatchSummary(
                    batchID: try row.id("batch_id"), names: row.names, isCancelling: row["is_cancelling"],
                    onFailure: row["on_failure"], isOpen: row["is_open"], openMembers: row["open_members"],
                    createdAt: row["created_at"], expiresAt: row["expires_at"])
            }
        }
    }

    package func closeBatch(_ batchID: UUID) throws(StoreError) -> BatchChange {
        try write("close_batch") { db in
            guard try db.row(.findBatch, [batchID.text]) != nil else { return try Self.missing(batchID, db) }
            try db.run(.closeBatch, [batchID.text])
            try db.run(.addNote, [batchID.text])
            return .closed
        }
    }

    package func cancelBatch(_ batchID: UUID) throws(StoreError) -> BatchChange {
        try write("cancel_batch") { db in
            guard try db.row(.findBatch, [batchID.text]) != nil else { return try Self.missing(batchID, db) }
            try BatchStep.stop(batchID.text, failed: nil, .now, db)
            try BatchStep.cancelMembers(of: batchID.text, db)
            guard try db.row(.hasParents, [batchID.text]) == nil else {
                try db.run(.addNote, [batchID.text])
                return .cancelling
            }
            _ = try CancelStep.run(batchID, db)  // ignored: the finisher waits
            return .cancelled
        }
    }

    /// Writes notes for batches that are over or being cancelled, so that none waits for a lost note.
    package func lookAtBatches() throws(StoreError) {
        guard try read("has_batches", { db in try db.row(.hasBatches) }) != nil else { return }
        try write("look_batches") { db in try db.run(.lookBatches, [1000]) }
    }

    private static func missing(_ batchID: UUID, _ db: Database) throws -> BatchChange {
        try db.row(.readBatch, [batchID.text]) == nil ? .notFound : .ended
    }
}
