import IXStore

/// Looks for work now and then even when no notification came.
struct PollDuty: Duty {
    let interval: Duration
    let gate: WakeGate

    func round() async throws(StoreError) { gate.hint() }
}
