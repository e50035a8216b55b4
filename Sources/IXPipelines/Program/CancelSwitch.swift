internal import Synchronization

/// Lets any thread cancel a run, whatever the run is at.
final class CancelSwitch: Sendable {
    private struct State {
        var isCancelled = false
        var isTold = false
        var group: ProcessGroup?
    }

    private let state = Mutex(State())

    var isCancelled: Bool { state.withLock(\.isCancelled) }

    /// Cancels the run: its child is told to end at once, or as soon as there is one.
    func cancel() {
        state.withLock { state in
            state.isCancelled = true
            Self.tell(&state)
        }
    }

    /// Names the child that a cancellation is told to, until `disconnect`.
    func connect(_ group: ProcessGroup) {
        state.withLock { state in
            state.group = group
            if state.isCancelled { Self.tell(&state) }
        }
    }

    /// Nothing is told to the child any more: once it is reaped, its number may be another's.
    func disconnect() { state.withLock { $0.group = nil } }

    /// Once, since some programs take a second TERM for a KILL.
    private static func tell(_ state: inout State) {
        guard let group = state.group, !state.isTold else { return }
        state.isTold = true
        group.terminate()
    }
}
