package import FoundationEssentials
import GRDB
import IXCore
package import IXStore

/// Receipts and dedupe keys of a move, and the members of restored batches.
extension SQLiteOperations {
    /// Returns nil: no member ends while a finisher comes in, because one transaction writes at a time.
    package func noteMembers(of batchID: UUID, after jobID: UUID?, limit: Int) throws(StoreError) -> UUID? { nil }

    /// Returns receipts by client and request.
    package func receipts(
        of clientID: String?, after keys: Receipt.Keys?, limit: Int
    ) throws(StoreError) -> Receipt.Page {
        var start = (clientID ?? "", "")
        if case .names(let client, let request) = keys { start = (client, request) }
        let (client, request) = start
        return try read("list_receipts") { db in
            let receipts = try db.rows(.listReceipts, [client, request, limit, clientID]).map { row in
                Receipt(
                    .names(clientID: row["client_id"], requestID: row["request_id"]), jobID: try row.id("job_id"),
                    at: row["at"])
            }
            return Receipt.Page(receipts, next: receipts.last?.keys)
        }
    }

    /// Inserts receipts where the keys have none.
    package func restoreReceipts(_ receipts: [Receipt]) throws(StoreError) {
        try write("restore_receipts") { db in
            for receipt in receipts {
                guard case .names(let clientID, let requestID) = receipt.keys else {
                    let reason = "are hashes of PostgreSQL, which an embedded file can't look up"
                    throw StoreError(
                        .invalidInput(InvalidInput("receipts", reason)), operation: "restore_receipts",
                        message: "receipts: \(reason)")
                }
                try db.run(.writeReceipt, [clientID, requestID, receipt.jobID.text, receipt.at])
            }
        }
    }

    /// Returns dedupe keys by client, use case and key.
    package func dedupes(
        of clientID: String?, after last: DedupeRecord?, limit: Int
    ) throws(StoreError) -> [DedupeRecord] {
        let start: [(any DatabaseValueConvertible)?] = [
            last?.clientID ?? clientID ?? "", last?.useCase ?? "", last?.key ?? "", limit, clientID,
        ]
        return try read("list_dedupes") { db in
            try db.rows(.listDedupes, start).map { row in
                DedupeRecord(
                    clientID: row["client_id"], useCase: row["use_case"], key: row["dedupe_key"],
                    jobID: try row.id("job_id"), at: row["at"], keptUntil: row["kept_until"])
            }
        }
    }

    /// Inserts dedupe keys that the table doesn't have.
    package func restoreDedupes(_ dedupes: [DedupeRecord]) throws(StoreError) {
        try write("restore_dedupes") { db in
            for one in dedupes {
                try db.run(
                    .restoreDedupe, [one.clientID, one.useCase, one.key, one.jobID.text, one.at, one.keptUntil])
            }
        }
    }
}
