import Synchronization

/// The life of a loop: one run and any number of stops, in any order.
///
/// Guarantees: a run ends soon after a stop, as far as the loop looks at `isStopped` or waits for `stopping`. A loop
/// that was stopped first never runs.
/// Concurrency: safe from any thread.
package final class LoopLife: Sendable {
    private let state = Mutex((hasStarted: false, isStopped: false))
    /// Opens with the first stop.
    package let stopping = Latch()
    /// Opens when the loop has ended; with the first stop of a loop that has never run.
    package let ended = Latch()

    /// Creates a life before the run.
    package init() {}

    /// True once a stop was asked for.
    package var isStopped: Bool { stopping.isOpen }

    /// Runs `body` and returns when `body` has ended. Only the first run counts, and none after a stop; any other run
    /// returns at once.
    package func run(_ body: () async -> Void) async {
        let mayRun = state.withLock { state in
            guard !state.hasStarted, !state.isStopped else { return false }
            state.hasStarted = true
            return true
        }
        guard mayRun else { return }
        await body()
        ended.open()
    }

    /// Asks the loop to end, and returns at once. A loop that waits on its own must be woken as well.
    package func stop() {
        let hasStarted = state.withLock { state in
            state.isStopped = true
            return state.hasStarted
        }
        stopping.open()
        if !hasStarted { ended.open() }
    }
}
