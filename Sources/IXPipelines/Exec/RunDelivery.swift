internal import Synchronization

/// Carries the record of a child's loop to whom waits for the whole run.
final class RunDelivery: Sendable {
    private struct State {
        var record: RunRecord
        var waiting: CheckedContinuation<RunRecord, Never>?
    }

    private let state: Mutex<State>

    /// - Parameter record: delivered when the loop delivers none.
    init(_ record: RunRecord, to waiting: CheckedContinuation<RunRecord, Never>) {
        state = Mutex(State(record: record, waiting: waiting))
    }

    func keep(_ record: RunRecord) { state.withLock { $0.record = record } }

    /// Hands the record over, the first time it is called.
    func finish(_ failure: StartFailure? = nil) {
        let (waiting, record) = state.withLock { state in
            // Waiting for a child that did run can fail too; its record says how it ended.
            if state.record.exit == nil { state.record.failure = failure }
            defer { state.waiting = nil }
            return (state.waiting, state.record)
        }
        waiting?.resume(returning: record)
    }
}
