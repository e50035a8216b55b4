import IXConcurrency
import IXStore
import IXTelemetry
import Logging

/// `PruneDuty` deletes ended jobs past their retention. A walk through all jobs takes small batches with rests between,
/// so that claims are hardly slowed. The duty then waits until another walk is worthwhile. Each walk begins with what is
/// long over in the tables of HTTP. While every job is kept, a walk is that alone, once an hour, by one of the
/// daemons in turn.
final class PruneDuty: Duty {
    let name = "the prune"
    private let shared: WorkerContext
    private let store: RoleStore<any JobUpkeep>
    /// Nil where no history is kept.
    private let history: RoleStore<any HistoryRecords>?
    private let walk = Locked(PruneWalk())
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

    /// Daemons may keep jobs for different times. What is over in the other tables is the same for all.
    var isShared: Bool { shared.settings.retention.keepsAll && walk.value.isAtStart }

    /// Runs a batch of the walk.
    func round(progress: @Sendable () -> Void) async throws(StoreError) {
        let retention = shared.settings.retention
        if walk.value.isAtStart {
            let start = ContinuousClock.now
            // Ten million receipts go as they come, however seldom a walk begins.
            guard try await pruneAccess(progress) else { return rest.value = PruneWalk.rest(after: .now - start) }
            try await rollHistory(progress)
        }
        guard !retention.keepsAll else { return end(restingFor: PruneWalk.pause(retention)) }
        let (cursor, limit, start) = (walk.value.cursor, shared.settings.pruneBatch, ContinuousClock.now)
        do throws(StoreError) {
            let pruned = try await store.perform { try $0.prune(retention, from: cursor, limit: limit) }
            walk.value.take(pruned)
            shared.meters?.pruned(done: pruned.count.done, error: pruned.count.error)
            guard pruned.next == nil else { return rest.value = PruneWalk.rest(after: .now - start) }
            end(restingFor: PruneWalk.pause(retention))
        } catch  where !error.isTransient {
            shared.logger.log(.pruneFailed, ["reason": "\(error.debugDescription)"])
            end(restingFor: PruneWalk.pauseAfterFault)
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

    private func end(restingFor pause: Duration) {
        let count = walk.value.count
        walk.value = PruneWalk()
        rest.value = pause
        guard count.total > 0 else { return }
        shared.logger.log(.jobsPruned, ["done": .number(count.done), "error": .number(count.error)])
    }
}

/// `PruneWalk` is the state of a walk through all jobs, and computes the rests between batches and between walks.
struct PruneWalk: Sendable {
    private(set) var cursor: PruneCursor?
    private(set) var count = PruneCount()

    /// True before the first batch of a walk.
    var isAtStart: Bool { cursor == nil }

    mutating func take(_ batch: PruneBatch) {
        cursor = batch.next
        count += batch.count
    }

    /// Returns the rest after a batch; at most a fifth of the time is spent pruning.
    static func rest(after batch: Duration) -> Duration { min(max(batch * 4, .milliseconds(50)), .seconds(10)) }

    /// Returns the pause between two walks. A job is deleted at most a twentieth of its retention late, and at most six
    /// hours.
    static func pause(_ retention: Retention) -> Duration {
        guard let shortest = retention.shortest else { return .seconds(3600) }
        return min(max(shortest / 20, .seconds(1)), .seconds(6 * 3600))
    }

    /// Returns the rest after a start, when the daemon has more urgent work.
    static func firstRest(_ retention: Retention) -> Duration { min(pause(retention), .seconds(60)) }

    static let pauseAfterFault = Duration.seconds(3600)
}
