import IXStore

/// `PruneRounds` decides what a round of the prune does, and how long the duty rests afterwards. Pure.
///
/// The other tables may have more ripe rows in every round than a round deletes. Walks through the jobs go on beside
/// them, and begin no more often than without them.
struct PruneRounds: Sendable {
    /// What a round does.
    struct Round: Sendable, Equatable {
        /// Delete what is long over in the other tables.
        let clearsOthers: Bool
        /// Sum the history up, before the first batch of a walk.
        let beginsWalk: Bool
        /// Run a batch of the walk.
        let walks: Bool
    }

    private(set) var walk = PruneWalk()
    /// True when the last round left ripe rows in the other tables.
    private var isMidway = false
    /// The moment from which another walk is worthwhile; nil before the first walk has ended.
    private var nextWalk: ContinuousClock.Instant?
    private static let shortestRest = Duration.milliseconds(50)

    /// True while the duty waits for the next walk.
    var isResting: Bool { walk.isAtStart && !isMidway }

    /// Returns what the round that begins does. The end of a rest begins a walk.
    func next(at now: ContinuousClock.Instant) -> Round {
        let begins = walk.isAtStart && (!isMidway || nextWalk.map { now >= $0 } ?? true)
        return Round(clearsOthers: begins || isMidway, beginsWalk: begins, walks: begins || !walk.isAtStart)
    }

    /// Records the deletion in the other tables; `isDone` means that nothing ripe is left.
    mutating func cleared(_ isDone: Bool) { isMidway = !isDone }

    /// Records a batch of the walk.
    mutating func take(_ batch: PruneBatch) { walk.take(batch) }

    /// Ends the walk, and returns what it deleted. The next walk comes after `pause`.
    mutating func endWalk(pausingFor pause: Duration, at now: ContinuousClock.Instant) -> PruneCount {
        defer { (walk, nextWalk) = (PruneWalk(), now + pause) }
        return walk.count
    }

    /// Returns the rest after a round that took `time`.
    func rest(after time: Duration, at now: ContinuousClock.Instant) -> Duration {
        guard isResting, let nextWalk else { return PruneWalk.rest(after: time) }
        return max(nextWalk - now, Self.shortestRest)
    }
}
