internal import IXPipelines
import IXTelemetry
internal import Logging

/// `ErrorLog` logs a run's standard error line by line at a bounded rate, and keeps its end with the attempt.
struct ErrorLog {
    private let logger: Logger
    private let kept: RunLog
    private var framer = LineFramer()
    private var rate = LogRate()

    init(_ context: PipelineContext) { self.init(logger: context.logger, log: context.log) }

    init(logger: Logger, log: RunLog) {
        self.logger = logger
        kept = log
    }

    /// The end of the output, 64 KiB at most.
    var tail: String { kept.tail }

    /// Takes the next bytes, keeps their end, and logs each completed line as far as the rate allows.
    mutating func take(_ bytes: UnsafeRawBufferPointer, now: ContinuousClock.Instant = .now) {
        kept.append(bytes)
        report(dropped: rate.tick(now))
        framer.take(bytes) { [logger] line in Self.log(line, logger, &rate) }
    }

    /// Logs a line that came by the protocol instead of standard error.
    mutating func say(_ line: String) {
        var line = line + "\n"
        line.withUTF8 { take(UnsafeRawBufferPointer($0)) }
    }

    /// Logs the incomplete last line, and the number of dropped lines.
    mutating func finish() {
        framer.finish { [logger] line in Self.log(line, logger, &rate) }
        report(dropped: rate.takeDropped())
    }

    private static func log(_ line: UnsafeRawBufferPointer, _ logger: Logger, _ rate: inout LogRate) {
        guard rate.allows(bytes: line.count) else { return }
        let text = SafeText.withoutNUL(String(decoding: line, as: UTF8.self))
        logger.log(.pipelineStderr, ["line": .string(text)])
    }

    private func report(dropped: Int?) {
        guard let dropped else { return }
        logger.log(.pipelineStderrDropped, ["dropped_lines": .number(dropped)])
    }
}
