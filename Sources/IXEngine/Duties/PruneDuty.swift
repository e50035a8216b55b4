import IXConcurrency
import IXStore
import IXTelemetry
import Logging

/// `PruneDuty` deletes ended jobs past their retention. A walk through all jobs takes small batches with rests between,
/// so that claims are hardly slowed. The duty then waits until another walk is worthwhile. The duty asks the store
/// nothing while every job is kept.
final class PruneDuty: Duty {
    let name = "the prune"
    private let shared: WorkerContext
    private let store: RoleStore<any JobUpkeep>
    private let walk = Locked(PruneWalk())
    /// The time until the next batch.
    private let rest: Locked<Duration>

    init(_ shared: WorkerContext, store: RoleStore<any JobUpkeep>) {
        self.shared = shared
        self.store = store
        rest = Locked(PruneWalk.firstRest(shared.settings.retention))
    }

    var interval: Duration { rest.value }

    /// Runs a batch of the walk.
    func round(progress: @Sendable () -> Void) async throws(StoreError) {
        let retention = shared.settings.retention
        guard !retention.keepsAll else { return end(restingFor: PruneWalk.pause(retention)) }
        let (cursor, limit, start) = (walk.value.cursor, shared.settings.pruneBatch, ContinuousClock.now)
        do throws(StoreError) {
            let pruned = try await store.perform { try $0.prune(retention, from: cursor, limit: limit) }
            walk.value.take(pruned)
            guard pruned.next == nil else { return rest.value = PruneWalk.rest(after: .now - start) }
            end(restingFor: PruneWalk.pause(retention))
        } catch  where !error.isTransient {
            shared.logger.log(.pruneFailed, ["reason": "\(error.debugDescription)"])
            end(restingFor: PruneWalk.pauseAfterFault)
        }
    }

    private func end(restingFor pause: Duration) {
        let count = walk.value.count
        walk.value = PruneWalk()
        rest.value = pause
        guard count.total > 0 else { return }
        shared.logger.log(.jobsPruned, ["done": "\(count.done)", "error": "\(count.error)"])
    }
}
