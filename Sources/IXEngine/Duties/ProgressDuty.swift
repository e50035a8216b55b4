import IXStore

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
