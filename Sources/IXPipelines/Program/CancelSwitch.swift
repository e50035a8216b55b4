internal import Synchronization

/// `CancelSwitch` lets any thread cancel a run at any time, before and after the child's start.
final class CancelSwitch: Sendable {
    private struct State {
        var isCancelled = false
        var isTold = false
        var group: ProcessGroup?
    }

    private let state = Mutex(State())

    var isCancelled: Bool { state.withLock(\.isCancelled) }

    /// Cancels the run. TERM goes to the child at once, or as soon as the child has started.
    func cancel() {
        state.withLock { state in
            state.isCancelled = true
            Self.tell(&state)
        }
    }

    /// Names the child's process group, which receives TERM on cancellation until `disconnect`.
    func connect(_ group: ProcessGroup) {
        state.withLock { state in
            state.group = group
            if state.isCancelled { Self.tell(&state) }
        }
    }

    /// Stops signals to the child. Must run before the child is reaped, because the kernel may then give its number to
    /// another process.
    func disconnect() { state.withLock { $0.group = nil } }

    /// Sends TERM only once, because some programs treat a second TERM like KILL.
    private static func tell(_ state: inout State) {
        guard let group = state.group, !state.isTold else { return }
        state.isTold = true
        group.terminate()
    }
}
