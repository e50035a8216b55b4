import IXStore

/// A walk through all jobs, step by step; and how long to rest between two steps, and between two walks.
struct PruneWalk: Sendable {
    private(set) var place: PrunePlace?
    private(set) var count = PruneCount()

    mutating func take(_ step: PruneStep) {
        place = step.next
        count += step.count
    }

    /// A fifth of the time at most is spent pruning.
    static func rest(after step: Duration) -> Duration { min(max(step * 4, .milliseconds(50)), .seconds(10)) }

    /// A job goes at most this late: a twentieth of its retention, and six hours.
    static func pause(_ retention: Retention) -> Duration {
        guard let shortest = retention.shortest else { return .seconds(3600) }
        return min(max(shortest / 20, .seconds(1)), .seconds(6 * 3600))
    }

    /// A daemon has more urgent things to do when it starts.
    static func firstRest(_ retention: Retention) -> Duration { min(pause(retention), .seconds(60)) }

    static let pauseAfterFault = Duration.seconds(3600)
}
