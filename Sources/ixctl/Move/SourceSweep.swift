import IXCore
import IXStore

/// Sees to it that nobody runs the jobs that are about to leave.
struct SourceSweep {
    let store: any JobStore
    let unleasedAfter: Duration

    /// Orphans go back first, so that they don't count as somebody's; once more afterwards, when leases may have ended.
    func clear(forced: Bool) async throws {
        try await run()
        try await store.keepWorkersAway(forced: forced)
        try await run()
    }

    func run() async throws {
        let (limit, age) = (500, unleasedAfter)
        while try await store.perform({ try $0.sweepOrphans(limit: limit, unleasedAfter: age) }).count == limit {}
    }
}
