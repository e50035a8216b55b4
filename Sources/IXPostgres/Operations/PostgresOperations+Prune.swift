package import IXStore

extension PostgresOperations {
    /// 256 pages: 2 MiB of the table.
    private static let pagesPerBatch = 256

    /// Runs a batch of a prune over at most 256 pages (2 MiB) of the table by `ix_prune`; skips locked rows. `next` is
    /// nil behind the last page. With receipts a job gets its receipt first, and goes with a batch at least a minute later.
    package func prune(
        _ retention: Retention, from cursor: PruneCursor?, limit: Int
    ) throws(StoreError) -> PruneBatch {
        let rows = try run(
            .prune,
            ["\(cursor?.number ?? 0)", "\(Self.pagesPerBatch)"] + retention.parameters + [
                "\(limit)", "\(retention.receipt != nil)",
            ])
        guard let row = rows.first else { throw fault(.prune) }
        var count = PruneCount(row)
        count.receipts = row.int("receipts")
        return PruneBatch(count: count, next: row.text("next_page").flatMap(Int.init).map(PruneCursor.init))
    }

    /// Deletes by `ix_prune_access`, which reads the tables although its caller may not.
    package func pruneAccess(limit: Int, receipts: Duration?) throws(StoreError) -> Int {
        guard let row = try run(.pruneAccess, ["\(limit)", (receipts ?? .zero).seconds]).first else {
            throw fault(.pruneAccess)
        }
        return row.int("gone")
    }

    /// Counts the jobs that a whole prune would delete now. Reads the table once.
    package func prunable(_ retention: Retention) throws(StoreError) -> PruneCount {
        guard let row = try run(.countPrunable, retention.parameters).first else { throw fault(.countPrunable) }
        return PruneCount(row)
    }
}

extension Retention {
    fileprivate var parameters: [String?] { [done?.seconds, error?.seconds] }
}

extension PruneCount {
    fileprivate init(_ row: PostgresRows.Row) { self.init(done: row.int("done"), error: row.int("error")) }
}
