import IXConfig
import IXSystemd
import IXTelemetry
import Logging

extension LogControl {
    /// Creates the log for the configured format. `auto` chooses the journal when systemd started the daemon.
    convenience init(_ log: Configuration.Log, environment: [String: String]) {
        // Behind a queue: a stalled reader must hold up neither workers nor time limits nor the end.
        self.init(level: log.level.swiftLog, sink: LogQueue(Self.sink(log.format, environment)))
    }

    private static func sink(_ format: LogFormat, _ environment: [String: String]) -> any LogSink {
        switch format {
        case .json: StreamSink(.json)
        case .text: StreamSink.text(environment)
        case .auto:
            // Lines sent without a journald would be lost silently, so the journal is used only under systemd.
            JournalStream.isStandardError(environment)
                ? JournalSink(identifier: "ix-worker", fallback: StreamSink.text(environment))
                : StreamSink.text(environment)
        }
    }
}

extension LogLevel {
    var swiftLog: Logger.Level { Logger.Level(rawValue: rawValue) ?? .info }
}
