import IXStore

/// `TimeoutWatch` stops runs that have passed their deadline. One periodic check of all runs costs less than a timer
/// for each run.
struct TimeoutWatch: Duty {
    let name = "the timeout watch"
    let running: RunningJobs

    /// A long idle interval saves wake-ups, but the first timeout after an idle time may be noticed up to 1 second
    /// late.
    var interval: Duration { running.watchInterval(busy: .milliseconds(200), idle: .seconds(1)) }

    func round(progress: @Sendable () -> Void) async throws(StoreError) { running.stopOverdue(at: .now) }
}
