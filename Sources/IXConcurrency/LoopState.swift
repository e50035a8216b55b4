import Synchronization

/// The life of a loop that a thread runs: one start, and any number of stops, in any order.
///
/// Guarantees: every stop returns after the loop has ended. A loop that was stopped first never starts.
/// Concurrency: safe from any thread.
package final class LoopState: Sendable {
    private let state = Mutex((hasStarted: false, isStopped: false))
    private let ended = Latch()

    package init() {}

    /// True once a stop was asked for; the loop then ends soon.
    package var isStopped: Bool { state.withLock { $0.isStopped } }

    /// Returns true for the first call, unless the loop was stopped before. Only then the caller may run the loop.
    package func start() -> Bool {
        state.withLock { state in
            defer { state.hasStarted = state.hasStarted || !state.isStopped }
            return !state.hasStarted && !state.isStopped
        }
    }

    /// Reports that the loop has ended.
    package func end() { ended.open() }

    /// Asks the loop to end, calls `wake` for a loop that waits, and returns when the loop has ended. Returns at once
    /// when the loop never started.
    package func stop(wake: () -> Void) async {
        let hasStarted = state.withLock { state in
            state.isStopped = true
            return state.hasStarted
        }
        guard hasStarted else { return }
        wake()
        await ended.wait()
    }
}
