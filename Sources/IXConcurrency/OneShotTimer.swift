internal import Dispatch

/// `OneShotTimer` calls a closure once when its time is up, unless the timer is cancelled or freed first.
///
/// Gains: no foreign work delays the call. A sleeping task wakes on the pool that all tasks share, where a pipeline's
/// tasks may hold every thread; the timers have a thread of the system's pool that no task uses.
/// Requires: the closure never blocks, because all timers share a queue.
package final class OneShotTimer: Sendable {
    private static let queue = DispatchQueue(label: "ix.timers")
    /// The longest time of a timer, about 100 years, within the range of Dispatch's clock.
    private static let longest = Duration.seconds(100 * 365 * 86_400)

    /// Dispatch allows the use of a source from any thread, and the property is set only once.
    private nonisolated(unsafe) let source: any DispatchSourceTimer

    /// Starts the timer.
    package init(after time: Duration, _ body: @escaping @Sendable () -> Void) {
        let (seconds, atto) = min(max(time, .zero), Self.longest).components
        let nanoseconds = Int(seconds) * 1_000_000_000 + Int(atto / 1_000_000_000)
        source = DispatchSource.makeTimerSource(queue: Self.queue)
        // A tenth more may pass, as with a task's sleep, so that wake-ups of an idle process fall together.
        source.schedule(
            deadline: .now() + .nanoseconds(nanoseconds),
            leeway: .nanoseconds(min(max(nanoseconds / 10, 1_000_000), 60_000_000_000)))
        source.setEventHandler { @Sendable in body() }
        source.resume()
    }

    deinit { source.cancel() }

    /// Ends the timer; a call already running still ends normally.
    package func cancel() { source.cancel() }
}
