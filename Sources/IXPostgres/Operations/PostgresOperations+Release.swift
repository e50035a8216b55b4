import IXCore
import IXStore

/// What came of a pass that releases waiting jobs.
struct ReleasePass: Sendable {
    let released: Int
    /// True when the pass has left work, because it has a bound, or because a failed job may have jobs behind it.
    let hasMore: Bool
    /// True when the pass of another daemon was under way, so that this one did nothing.
    let isUnderWay: Bool

    init(_ row: PostgresRows.Row) {
        (released, hasMore) = (row.int("released"), row.bool("more"))
        isUnderWay = row.text("notes") == "-1"
    }
}

extension PostgresOperations {
    /// Returns the rows. Jobs may have waited for those that have ended.
    func tellingDependents(_ rows: [HandedBack]) -> [HandedBack] {
        if rows.contains(where: \.status.isTerminal) { view.signs.ended() }
        return rows
    }

    /// Takes at most `limit` notes of ended jobs and of new waiting ones, by `ix_release`.
    func release(limit: Int) throws(StoreError) -> ReleasePass {
        guard let row = try run(.release, ["\(limit)"]).first else { throw fault(.release) }
        let pass = ReleasePass(row)
        // A released job may be due before the place where claims go on.
        if pass.released > 0 { view.distrust() }
        return pass
    }
}
