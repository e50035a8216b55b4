/// `StatisticsLook` counts waiting and running jobs without reading all of them where they are many.
///
/// A queue of at most `most` waiting jobs is counted anew. For a longer queue the kept levels are taken, or where they
/// are older than 30 seconds, those of a look of its own.
package final class StatisticsLook: Sendable {
    /// The number of waiting jobs up to which each call counts.
    package static let most = 10_000
    private static let freshness = 30.0
    private let look = QueueLook()

    /// Creates a look.
    package init() {}

    /// Returns the statistics without counts of ended jobs.
    package func statistics(_ store: any JobReading) throws(StoreError) -> Statistics {
        guard let reading = try levels(store) else { return try store.statistics(countingEnded: false) }
        var statistics = try store.surroundings()
        statistics.take(reading)
        return statistics
    }

    /// Returns nil for a queue that is short enough for a count.
    private func levels(_ store: any JobReading) throws(StoreError) -> LevelsReading? {
        let kept = try store.levels()
        if let kept, kept.age <= Self.freshness { return kept.levels.isLong ? kept : nil }
        // Without a daemon the newest levels are old, and say nothing about the queue.
        guard try store.lookAtQueue().isOverLimit else { return nil }
        let levels = try look.levels(store, after: kept?.levels)
        return levels.isLong ? LevelsReading(levels: levels, age: 0) : nil
    }
}

extension QueueLevels {
    /// True when the queue is too long for a count at each call.
    fileprivate var isLong: Bool {
        isOverLimit && useCases.reduce(0) { $0 + $1.due + $1.scheduled } > StatisticsLook.most
            || useCases.contains { $0.isEstimate }
    }
}

extension Statistics {
    /// Takes the counts of kept levels in place of counts of this moment.
    fileprivate mutating func take(_ reading: LevelsReading) {
        countedAgo = reading.age
        isEstimate = reading.levels.useCases.contains { $0.isEstimate }
        useCases = reading.levels.byUseCase.map { one in
            var counts = UseCaseCounts(useCase: one.name)
            (counts.due, counts.scheduled, counts.running) = (one.due, one.scheduled, one.running)
            (counts.held, counts.failedStarts) = (one.held, nil)
            counts.oldestDue = one.oldestDue.map { max(0, reading.levels.at - $0 + reading.age) }
            return counts
        }.sorted { ($0.useCase ?? "\u{10FFFF}") < ($1.useCase ?? "\u{10FFFF}") }
    }
}
