import GRDB
import IXCore
package import IXStore

extension SQLiteOperations {
    /// Runs a batch of a prune over at most 2,000 jobs. `next` is nil behind the last job.
    package func prune(
        _ retention: Retention, from cursor: PruneCursor?, limit: Int
    ) throws(StoreError) -> PruneBatch {
        let stretch = Stretch(retention, from: cursor?.number ?? 0, limit: limit)
        // The read comes first, so that a batch without prunable jobs doesn't take the writer's lock.
        let seen = try read("find_prunable", stretch.batch)
        return seen.count.total == 0 ? seen : try write("prune", stretch.pruned)
    }

    /// Deletes in one transaction.
    package func pruneAccess(limit: Int, receipts: Duration?) throws(StoreError) -> Int {
        let now = Timestamp.now
        let old = (now - max(receipts ?? .zero, .seconds(86_400))).text
        let before = { (days: Int) in (now - .seconds(86_400 * days)).text }
        return try write("prune_access") { db in
            try db.rows(.pruneSessions, [now.text, limit]).count + db.rows(.pruneTokens, [before(90), limit]).count
                + db.rows(.pruneAudit, [before(400), limit]).count
                + db.rows(.pruneOperations, [now.text, before(1), limit]).count
                + db.rows(.pruneRates, [(now - .seconds(3600)).text, limit]).count
                + db.rows(.pruneRefusedWrites, [before(90), limit]).count
                + db.rows(.pruneMovedBatches, [before(400), limit]).count
                + db.rows(.pruneDedupes, [now.text, limit]).count
                + db.rows(.putOffReceipts, [old, limit, now.text]).count
                + db.rows(.pruneReceipts, [old, limit]).count
        }
    }

    /// Counts the jobs that a whole prune would delete now. Reads the table once.
    package func prunable(_ retention: Retention) throws(StoreError) -> PruneCount {
        let times = retention.times(.now)
        return try read("count_prunable") { db in
            guard let row = try db.row(.countPrunable, times) else { return PruneCount() }
            return PruneCount(done: row["done"], error: row["error"])
        }
    }
}

/// The jobs examined by a batch of a prune: at most 2,000, in the order of inserts.
private struct Stretch {
    private static let jobs = 2000
    private let times: [(any DatabaseValueConvertible)?]
    private let start: Int
    private let limit: Int
    private let keepsReceipts: Bool

    init(_ retention: Retention, from start: Int, limit: Int) {
        times = retention.times(.now)
        keepsReceipts = retention.receipt != nil
        (self.start, self.limit) = (start, limit)
    }

    /// Returns the batch's result without deleting any job.
    func batch(_ db: Database) throws -> PruneBatch { try found(db).batch }

    func pruned(_ db: Database) throws -> PruneBatch {
        let (batch, ids) = try found(db)
        // In one transaction, because no writer sees the file between a look and an insert.
        if keepsReceipts { try db.run(.keepReceipts, [ids.json, Timestamp.now.text]) }
        for statement in [
            Statement.removeAttempts, .forgetProgress, .removeCallbacks, .removeDeliveries, .removeTaken,
        ] { try db.run(statement, [ids.json]) }
        return batch
    }

    private func found(_ db: Database) throws -> (batch: PruneBatch, ids: [String]) {
        guard let stretch = try db.row(.findStretch, [start, Self.jobs]), let last = stretch["last"] as Int? else {
            return (PruneBatch(count: PruneCount(), next: nil), [])
        }
        let rows = try db.rows(.findPrunable, [start, last] + times + [limit])
        let done = rows.count { ($0["status"] as String) == JobStatus.done.rawValue }
        let isFull = rows.count >= limit
        let end: Int? = (stretch["jobs"] as Int) < Self.jobs ? nil : last
        let next: Int? = isFull ? rows.last?["position"] : end
        return (
            PruneBatch(count: PruneCount(done: done, error: rows.count - done), next: next.map(PruneCursor.init)),
            rows.map { $0["job_id"] }
        )
    }
}

extension Retention {
    /// The times before which jobs must have ended to be deleted.
    fileprivate func times(_ now: Timestamp) -> [(any DatabaseValueConvertible)?] {
        [done, error].map { $0.map { (now - $0).text } }
    }
}
