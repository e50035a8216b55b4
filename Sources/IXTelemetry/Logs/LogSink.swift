/// `LogSink` is an output for log lines.
///
/// Concurrency: `write` may be called from any thread, and by several threads at once. Lines of different threads may
/// change their order.
/// Failure: a line that can't be written is lost; `write` never throws. `write` may wait for a slow reader; a
/// `LogQueue` in front spares the logging threads the wait.
/// threads that log from waiting with it.
package protocol LogSink: Sendable {
    /// Writes the line.
    func write(_ line: LogLine)

    /// Returns when the lines so far are written, or after `limit`.
    func flush(within limit: Duration)
}

extension LogSink {
    /// Returns at once, because a sink without a queue has written every line when `write` returns.
    package func flush(within limit: Duration) {}
}
