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

/// `ProgressDuty` writes the progress and the logs of all runs to the store once a second, in a single call.
struct ProgressDuty: Duty {
    let name = "the writing of progress"
    var interval: Duration { shared.running.watchInterval(busy: .seconds(1), idle: .seconds(1)) }
    let shared: WorkerContext
    let store: RoleStore<any JobExecution>
    /// The maximum number of log bytes in a round. Runs above the limit are written in a later round.
    private static let roundBytes = 512 << 10

    func round(progress: @Sendable () -> Void) async throws(StoreError) {
        let notes = shared.running.takeProgress(upTo: Self.roundBytes)
        guard !notes.isEmpty else { return }
        try await store.perform { try $0.recordProgress(notes) }
    }
}
