import GRDB
import IXCore
public import IXStore

extension SQLiteOperations {
    public func prune(
        _ retention: Retention, from place: PrunePlace?, limit: Int
    ) throws(StoreError) -> PruneStep {
        let stretch = Stretch(retention, from: place?.number ?? 0, limit: limit)
        // Looking for what can go when there is nothing must not take the writer's lock.
        let seen = try read("find_prunable", stretch.step)
        return seen.count.total == 0 ? seen : try write("prune", stretch.pruned)
    }

    public func prunable(_ retention: Retention) throws(StoreError) -> PruneCount {
        let times = retention.times(.now)
        return try read("count_prunable") { db in
            guard let row = try db.row(.countPrunable, times) else { return PruneCount() }
            return PruneCount(done: row["done"], error: row["error"])
        }
    }
}

/// The jobs that one step of a prune looks at.
private struct Stretch {
    private static let jobs = 2000
    private let times: [(any DatabaseValueConvertible)?]
    private let start: Int
    private let limit: Int

    init(_ retention: Retention, from start: Int, limit: Int) {
        times = retention.times(.now)
        (self.start, self.limit) = (start, limit)
    }

    /// What it would delete.
    func step(_ db: Database) throws -> PruneStep { try found(db).step }

    func pruned(_ db: Database) throws -> PruneStep {
        let (step, ids) = try found(db)
        for statement in [
            Statement.removeAttempts, .forgetProgress, .removeCallbacks, .removeDeliveries, .removeTaken,
        ] { try db.run(statement, [ids.json]) }
        return step
    }

    private func found(_ db: Database) throws -> (step: PruneStep, ids: [String]) {
        guard let stretch = try db.row(.findStretch, [start, Self.jobs]), let last = stretch["last"] as Int? else {
            return (PruneStep(count: PruneCount(), next: nil), [])
        }
        let rows = try db.rows(.findPrunable, [start, last] + times + [limit])
        let done = rows.count { ($0["status"] as String) == JobStatus.done.rawValue }
        let isFull = rows.count >= limit
        let end: Int? = (stretch["jobs"] as Int) < Self.jobs ? nil : last
        let next: Int? = isFull ? rows.last?["place"] : end
        return (
            PruneStep(count: PruneCount(done: done, error: rows.count - done), next: next.map(PrunePlace.init)),
            rows.map { $0["job_id"] }
        )
    }
}

extension Retention {
    /// Before which jobs must have ended to go.
    fileprivate func times(_ now: Timestamp) -> [(any DatabaseValueConvertible)?] {
        [done, error].map { $0.map { (now - $0).text } }
    }
}
