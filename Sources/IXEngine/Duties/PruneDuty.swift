import IXConcurrency
import IXStore
import IXTelemetry
import Logging
import Synchronization

/// `PruneDuty` deletes ended jobs past their retention. A walk through all jobs takes small batches with rests between,
/// so that claims are hardly slowed. The duty then waits until another walk is worthwhile. Each walk begins with what is
/// long over in the tables of HTTP; what is left of that goes beside the walk. While every job is kept, a walk is that
/// alone, once an hour, by one of the daemons in turn.
final class PruneDuty: Duty {
    let name = "the prune"
    private let shared: WorkerContext
    private let store: RoleStore<any JobUpkeep>
    /// Nil where no history is kept.
    private let history: RoleStore<any HistoryRecords>?
    private let rounds = Mutex(PruneRounds())
    /// The time until the next batch.
    private let rest: Locked<Duration>

    private static let accessBatch = 1000
    /// Batches of a round; what is left waits for the next round.
    private static let accessBatches = 20

    init(
        _ shared: WorkerContext, store: RoleStore<any JobUpkeep>, history: RoleStore<any HistoryRecords>? = nil
    ) {
        self.history = history
        self.shared = shared
        self.store = store
        rest = Locked(PruneWalk.firstRest(shared.settings.retention))
    }

    var interval: Duration { rest.value }

    /// Daemons may keep jobs for different times. What is over in the other tables is the same for all, and a daemon goes on
    /// with what it began.
    var isShared: Bool { shared.settings.retention.keepsAll && rounds.withLock { $0.isResting } }

    /// Runs a batch of the walk, and up to 20 batches of the other tables.
    func round(progress: @Sendable () -> Void) async throws(StoreError) {
        let start = ContinuousClock.now
        let round = rounds.withLock { $0.next(at: start) }
        if round.clearsOthers {
            let isDone = try await pruneAccess(progress)
            rounds.withLock { $0.cleared(isDone) }
        }
        if round.beginsWalk { try await rollHistory(progress) }
        if round.walks {
            progress()
            try await pruneJobs()
        }
        let now = ContinuousClock.now
        rest.value = rounds.withLock { $0.rest(after: now - start, at: now) }
    }

    /// Runs a batch of the walk through the jobs.
    private func pruneJobs() async throws(StoreError) {
        let retention = shared.settings.retention
        guard !retention.keepsAll else { return end(pausingFor: PruneWalk.pause(retention)) }
        let (cursor, limit) = (rounds.withLock { $0.walk.cursor }, shared.settings.pruneBatch)
        do throws(StoreError) {
            let pruned = try await store.perform { try $0.prune(retention, from: cursor, limit: limit) }
            rounds.withLock { $0.take(pruned) }
            shared.meters?.pruned(done: pruned.count.done, error: pruned.count.error)
            if pruned.next == nil { end(pausingFor: PruneWalk.pause(retention)) }
        } catch  where !error.isTransient {
            shared.logger.log(.pruneFailed, ["reason": "\(error.debugDescription)"])
            end(pausingFor: PruneWalk.pauseAfterFault)
        }
    }

    /// Deletes in batches. Returns false when more is left. Without the right to do so the jobs are pruned all the same.
    private func pruneAccess(_ progress: @Sendable () -> Void) async throws(StoreError) -> Bool {
        let receipts = shared.settings.retention.receipt
        do throws(StoreError) {
            for _ in 0..<Self.accessBatches {
                progress()
                if try await store.perform({ try $0.pruneAccess(limit: Self.accessBatch, receipts: receipts) }) == 0 {
                    return true
                }
            }
            return false
        } catch  where !error.isTransient {
            shared.logger.log(.pruneFailed, ["reason": "\(error.debugDescription)"])
            return true
        }
    }

    /// Sums the history up, and cuts it in batches.
    private func rollHistory(_ progress: @Sendable () -> Void) async throws(StoreError) {
        guard let history else { return }
        do throws(StoreError) {
            for _ in 0..<Self.accessBatches {
                progress()
                if try await !history.perform({ try $0.rollHistory() }) { return }
            }
        } catch  where !error.isTransient {
            shared.logger.log(.pruneFailed, ["reason": "\(error.debugDescription)"])
        }
    }

    private func end(pausingFor pause: Duration) {
        let count = rounds.withLock { $0.endWalk(pausingFor: pause, at: .now) }
        guard count.total > 0 else { return }
        shared.logger.log(.jobsPruned, ["done": .number(count.done), "error": .number(count.error)])
    }
}
