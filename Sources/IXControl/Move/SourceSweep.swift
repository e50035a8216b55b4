import IXCore
import IXStore

/// Ensures no worker runs the jobs which are about to leave the store.
struct SourceSweep {
    let store: any JobStore

    /// Sweeps orphans first, so that orphans don't count as running jobs. Sweeps again afterwards, because the call in
    /// between may have ended leases.
    func clear(forced: Bool) async throws {
        try await run()
        try await store.excludeDaemons(forced: forced)
        try await run()
    }

    /// Sweeps until a sweep finds fewer orphans than its limit.
    func run() async throws {
        let limit = 500
        while try await store.upkeep.perform({ try $0.sweepOrphans(limit: limit) }).count == limit {}
    }
}
