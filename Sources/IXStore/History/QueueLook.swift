import IXConcurrency

/// `QueueLook` looks at the queue as cheaply as its size allows.
///
/// Counts are exact up to a limit. Beyond the limit a count of all waiting jobs is used, at most once a minute, and only
/// while such a count takes less than a second; otherwise an estimate of the database.
package final class QueueLook: Sendable {
    /// Until when no count of all jobs is tried, because the last one took too long.
    private let restsUntil = Locked<ContinuousClock.Instant?>(nil)
    private static let rest = Duration.seconds(1800)

    /// Creates a look.
    package init() {}

    /// Returns the levels. `previous` are the levels of an earlier look, by whichever daemon.
    package func levels(
        _ store: any JobReading, after previous: QueueLevels?
    ) throws(StoreError) -> QueueLevels {
        var levels = try store.lookAtQueue()
        guard levels.isOverLimit else { return levels }
        if let previous, let counted = previous.countedAt, (0..<QueueLevels.recount.pause).contains(levels.at - counted)
        {
            levels.take(previous.useCases, countedAt: counted, isEstimate: true)
            return levels
        }
        if restsUntil.value.map({ $0 < .now }) ?? true {
            let start = ContinuousClock.now
            let counts = try store.countPending()
            levels.take(counts, countedAt: levels.at, isEstimate: false)
            if .now - start > QueueLevels.recount.limit { restsUntil.value = .now + Self.rest }
        } else if let total = try store.estimatePending() {
            levels.estimate(total)
        }
        return levels
    }
}
