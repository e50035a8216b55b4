import IXConcurrency
import IXStore
import Synchronization

/// `LevelsDuty` looks at the queue every 10 seconds and keeps the levels in the store, for the metrics of all daemons.
///
/// The daemons share the work: a daemon looks only when the kept levels are older than 9 seconds. While the queue is
/// empty and stays so, nothing is written, and the daemons look in turn, each at least every five minutes. A job that
/// starts ends that rest.
final class LevelsDuty: Duty {
    let name = "the look at the queue"
    let asksStore = true
    private let shared: WorkerContext
    private let reading: RoleStore<any JobReading>
    private let upkeep: RoleStore<any JobUpkeep>
    private let history: RoleStore<any HistoryRecords>
    private let keepsHistory: Bool
    private let look = QueueLook()
    private let rest = Mutex(Rest())

    private struct Rest {
        var isResting = false
        /// Counts what ends a rest.
        var signs = 0
    }
    private static let freshness = -1.0..<9.0

    init(_ shared: WorkerContext, store: any JobStore, keepsHistory: Bool) {
        self.shared = shared
        (reading, upkeep, history) = (store.reading, store.upkeep, store.history)
        self.keepsHistory = keepsHistory
    }

    var interval: Duration { isShared ? .seconds(60) : .seconds(10) }

    /// While the queue stays as it is, one daemon's look is enough.
    var isShared: Bool { rest.withLock { $0.isResting } }

    /// Ends the rest, because there is work. Returns true when the duty rested.
    func wake() -> Bool {
        rest.withLock { rest in
            rest.signs += 1
            defer { rest.isResting = false }
            return rest.isResting
        }
    }

    func round(progress: @Sendable () -> Void) async throws(StoreError) {
        let signs = rest.withLock { rest in
            rest.isResting = false
            return rest.signs
        }
        let kept = try await reading.perform { try $0.levels() }
        if let kept, Self.freshness.contains(kept.age) { return }
        progress()
        let levels = try await reading.perform { [look] in try look.levels($0, after: kept?.levels) }
        if let kept, levels.isStill(since: kept.levels) {
            return rest.withLock { $0.isResting = $0.signs == signs }
        }
        progress()
        let daemonID = shared.registration.daemonID
        try await upkeep.perform { try $0.recordLevels(levels, by: daemonID) }
        guard keepsHistory else { return }
        let buckets = levels.byUseCase.compactMap { HistoryBucket($0, at: levels.at) }.sorted {
            $0.useCase < $1.useCase
        }
        guard !buckets.isEmpty else { return }
        progress()
        try await history.perform { try $0.addHistory(buckets) }
    }
}

extension HistoryBucket {
    /// Creates the bucket of a use case's levels; nil for rows without a use case.
    fileprivate init?(_ levels: QueueLevels.UseCase, at now: Double) {
        guard let name = levels.name else { return nil }
        self.init(useCase: name)
        (dueMost, runningMost) = (levels.due, levels.running)
        oldestMost = levels.oldestDue.map { max(0, now - $0) } ?? 0
    }
}
