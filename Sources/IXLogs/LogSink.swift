/// `LogSink` is a destination of log lines.
///
/// Requires: `write` doesn't block longer than a `write(2)`. Concurrency: `write` is called from any thread,
/// concurrently; the order between threads is not kept. Failure: `write` never throws.
public protocol LogSink: Sendable {
    /// Writes the line.
    func write(_ line: LogLine)
}
