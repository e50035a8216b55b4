internal import Synchronization

/// `RunClock` is the time limit of a run. A pipeline that must load something first holds the limit, and begins it when
/// the job itself begins; without either call the limit counts from the clock's creation.
///
/// Concurrency: safe from any thread.
package final class RunClock: Sendable {
    private let timeout: Duration
    private let end: Mutex<ContinuousClock.Instant>

    /// Creates a clock whose limit ends after `timeout`.
    package init(_ timeout: Duration) {
        self.timeout = timeout
        end = Mutex(.now + timeout)
    }

    /// The time at which the engine cancels the run.
    package var deadline: ContinuousClock.Instant { end.withLock { $0 } }

    /// Gives the pipeline up to `time` before the run begins. A pipeline that never begins is cancelled all the same.
    package func hold(for time: Duration) { end.withLock { $0 = .now + time + timeout } }

    /// Begins the run: the limit counts from now.
    package func begin() { end.withLock { $0 = .now + timeout } }
}
