import IXStore

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
