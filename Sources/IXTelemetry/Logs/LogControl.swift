package import Logging
import Synchronization

/// `LogControl` is shared by all loggers of a process: the level, the sink of the lines, and the limit on repeated
/// faults. The level may change at any time.
package final class LogControl: Sendable {
    private let current: Mutex<Logger.Level>
    private let sink: any LogSink
    private let limit = FaultLimit()

    /// Creates the control of new loggers; every line goes to `sink`.
    package init(level: Logger.Level, sink: any LogSink) {
        current = Mutex(level)
        self.sink = sink
    }

    /// The lowest level that is logged. Concurrency: from any thread.
    package var level: Logger.Level {
        get { current.withLock { $0 } }
        set { current.withLock { $0 = newValue } }
    }

    /// Returns a logger under this control.
    package func logger(_ label: String) -> Logger { Logger(label: label) { _ in ControlledHandler(self) } }

    /// Returns when the lines so far are written, or after `limit`: before a process ends.
    package func flush(within limit: Duration = .seconds(1)) { sink.flush(within: limit) }

    func write(_ line: LogLine) {
        // The end of a job is logged always, because a search for the job's life must find the end.
        guard line.level >= .warning, line.event != .jobError else { return sink.write(line) }
        switch limit.admit(line.event?.name ?? line.message, now: .now) {
        case .drop: return
        case .pass(let dropped): sink.write(dropped > 0 ? line.repeated(dropped) : line)
        }
    }
}

/// `ControlledHandler` holds a logger's metadata, and a level when the logger has a level of its own.
private struct ControlledHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    private let control: LogControl
    private var own: Logger.Level?

    init(_ control: LogControl) { self.control = control }

    var logLevel: Logger.Level {
        get { own ?? control.level }
        set { own = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        control.write(
            LogLine(
                level: event.level, message: event.message.description, metadata: all, file: event.file,
                line: event.line, function: event.function))
    }
}
