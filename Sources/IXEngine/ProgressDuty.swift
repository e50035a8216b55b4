import IXStore

/// Writes down how far runs are and what they say, once a second for all of them together.
struct ProgressDuty: Duty {
    let name = "the progress notes"
    var interval: Duration { shared.running.watchInterval(busy: .seconds(1), idle: .seconds(1)) }
    let shared: WorkerShared
    let store: any JobStore
    /// Bytes of logs in one round; the runs beyond it have their turn in the next.
    private static let roundBytes = 512 << 10

    func round(step: @Sendable () -> Void) async throws(StoreError) {
        let notes = shared.running.takeProgress(upTo: Self.roundBytes)
        guard !notes.isEmpty else { return }
        try await store.perform { try $0.recordProgress(notes) }
    }
}
