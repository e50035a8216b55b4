import Dispatch
import IXCore

/// `RepeatingTimer` calls a closure at an interval, on a queue of its own, until `end` is called or the timer is freed.
public final class RepeatingTimer: Sendable {
    /// Dispatch allows the use of a source from any thread, and the property is set only once.
    private nonisolated(unsafe) let source: any DispatchSourceTimer

    /// Starts the timer; the first call comes at once. Concurrency: calls never overlap.
    public init(every interval: Duration, _ label: String, _ body: @escaping @Sendable () -> Void) {
        source = DispatchSource.makeTimerSource(queue: DispatchQueue(label: label))
        source.schedule(deadline: .now(), repeating: .microseconds(Int(interval.wholeMicroseconds)))
        source.setEventHandler { @Sendable in body() }
        source.resume()
    }

    deinit { source.cancel() }

    /// Ends the timer; a call already running still ends normally.
    public func end() { source.cancel() }
}
