import FoundationEssentials
import IXCore
package import IXStore

/// Receipts and dedupe keys of a move.
extension PostgresOperations {
    /// Returns receipts by their pairs. A page looks at `limit` of them.
    package func receipts(
        of clientID: String?, after keys: Receipt.Keys?, limit: Int
    ) throws(StoreError) -> Receipt.Page {
        var start = ""
        if case .hashes(let pair, _) = keys { start = pair }
        let rows = try run(.listReceipts, [start, "\(limit)", clientID])
        var receipts: [Receipt] = []
        var last: Receipt.Keys?
        for row in rows.all {
            let receipt = try Receipt(row)
            last = receipt.keys
            if row.bool("is_given") { receipts.append(receipt) }
        }
        return Receipt.Page(receipts, next: last)
    }

    /// Inserts receipts where their pairs have none. The server makes the hashes of names.
    package func restoreReceipts(_ receipts: [Receipt]) throws(StoreError) {
        _ = try run(.restoreReceipts, [Self.array(receipts.map(\.json))])  // ignored: no rows
    }

    /// Returns dedupe keys by client, use case and key.
    package func dedupes(
        of clientID: String?, after last: DedupeRecord?, limit: Int
    ) throws(StoreError) -> [DedupeRecord] {
        let start = [last?.clientID ?? clientID ?? "", last?.useCase ?? "", last?.key ?? ""]
        return try run(.listDedupes, start + ["\(limit)", clientID]).map { row throws(StoreError) in
            DedupeRecord(
                clientID: row.string("client_id"), useCase: row.string("use_case"), key: row.string("dedupe_key"),
                jobID: try row.id("job_id"), at: row.time("at") ?? "", keptUntil: row.time("kept_until") ?? "")
        }
    }

    /// Inserts dedupe keys that the table doesn't have.
    package func restoreDedupes(_ dedupes: [DedupeRecord]) throws(StoreError) {
        _ = try run(.restoreDedupes, [Self.array(dedupes.map(\.json))])  // ignored: no rows
    }
}

extension Receipt {
    fileprivate init(_ row: PostgresRows.Row) throws(StoreError) {
        self.init(
            .hashes(pair: row.string("pair"), client: row.text("client")), jobID: try row.id("job_id"),
            at: row.time("at") ?? "")
    }
}
