public import Logging
import Synchronization

/// What all loggers of a process share: the level, which may change while it runs, the place lines go to, and the limit
/// on faults that repeat themselves.
public final class LogControl: Sendable {
    private let current: Mutex<Logger.Level>
    private let sink: any LogSink
    private let limit = FaultLimit()

    public init(level: Logger.Level, sink: any LogSink) {
        current = Mutex(level)
        self.sink = sink
    }

    public var level: Logger.Level {
        get { current.withLock { $0 } }
        set { current.withLock { $0 = newValue } }
    }

    public func logger(_ label: String) -> Logger { Logger(label: label) { _ in ControlledHandler(self) } }

    /// Returns when the lines so far are written, or after `limit`: before a process ends.
    public func flush(within limit: Duration = .seconds(1)) { sink.flush(within: limit) }

    func write(_ line: LogLine) {
        guard line.level >= .warning else { return sink.write(line) }
        switch limit.admit(line.event?.name ?? line.message, now: .now) {
        case .drop: return
        case .pass(let dropped): sink.write(dropped > 0 ? line.repeated(dropped) : line)
        }
    }
}
