import IXStore

/// Stops runs that have used up their time. One look at them all now and then costs less than a timer for each.
struct TimeoutWatch: Duty {
    let name = "the timeout watch"
    let running: RunningJobs

    /// Few wake-ups of an idle daemon, at the price of a first timeout that may be told up to a second late.
    var interval: Duration { running.watchInterval(busy: .milliseconds(200), idle: .seconds(1)) }

    func round(step: @Sendable () -> Void) async throws(StoreError) { running.stopOverdue(at: .now) }
}
