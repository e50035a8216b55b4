import IXStore

/// Looks for work now and then even when no notification came.
struct PollDuty: Duty {
    let name = "the poll"
    let shared: WorkerShared

    var interval: Duration { shared.settings.poll }

    func round(step: @Sendable () -> Void) async throws(StoreError) { shared.gate.hint() }
}
