import Dispatch

/// Calls something at an interval, on a queue of its own, until it is ended or its last reference goes.
public final class RepeatingTimer: Sendable {
    /// Dispatch's sources may be used from any thread; this one is set once.
    private nonisolated(unsafe) let source: any DispatchSourceTimer

    /// The first call comes at once.
    public init(every interval: Duration, _ label: String, _ body: @escaping @Sendable () -> Void) {
        source = DispatchSource.makeTimerSource(queue: DispatchQueue(label: label))
        source.schedule(deadline: .now(), repeating: .microseconds(Int(interval.microseconds)))
        source.setEventHandler { @Sendable in body() }
        source.resume()
    }

    deinit { source.cancel() }

    public func end() { source.cancel() }
}
