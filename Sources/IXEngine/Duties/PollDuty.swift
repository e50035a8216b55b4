import IXStore

/// `PollDuty` wakes a worker to ask for jobs at the poll interval, even without a notification.
struct PollDuty: Duty {
    let name = "the poll"
    let shared: WorkerContext

    var interval: Duration { shared.settings.poll }

    func round(progress: @Sendable () -> Void) async throws(StoreError) { shared.idleWorkers.wake() }
}
