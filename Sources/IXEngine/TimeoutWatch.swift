import IXStore

/// Stops runs that have used up their time. One look at them all now and then costs less than a timer for each.
struct TimeoutWatch: Duty {
    let name = "the timeout watch"
    let interval = Duration.milliseconds(200)
    let running: RunningJobs

    func round(step: @Sendable () -> Void) async throws(StoreError) { running.stopOverdue(at: .now) }
}
