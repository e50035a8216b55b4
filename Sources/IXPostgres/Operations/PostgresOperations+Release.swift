import IXStore

/// What came of a pass that releases waiting jobs.
struct ReleasePass: Sendable {
    let released: Int
    /// True when the pass has left work, because it has a bound, or because a failed job may have jobs behind it.
    let hasMore: Bool

    init(_ row: PostgresRows.Row) {
        (released, hasMore) = (row.int("released"), row.bool("more"))
    }
}

/// What there is for a release.
struct DependencyLook: Sendable {
    /// True when a pass has work.
    let hasNotes: Bool
    /// True when a job waits for others.
    let waits: Bool
}

extension PostgresOperations {
    /// Looks whether a job waits for others, and whether a pass has work.
    func lookAtDependencies() throws(StoreError) -> DependencyLook {
        let row = try run(.lookDependencies, []).first
        return DependencyLook(hasNotes: row?.bool("has_notes") ?? false, waits: row?.bool("waits") ?? false)
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
