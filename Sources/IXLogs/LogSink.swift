/// Where lines go.
///
/// Concurrency: `write` is called from any thread, also at the same time; the order between threads isn't kept.
/// Failure: a line that can't be written is lost; `write` never throws. It may wait for a slow reader: `LogQueue` keeps the
/// threads that log from waiting with it.
public protocol LogSink: Sendable {
    /// Writes the line.
    func write(_ line: LogLine)

    /// Returns when the lines so far are written, or after `limit`.
    func flush(within limit: Duration)
}

extension LogSink {
    /// A sink that writes each line before `write` returns has nothing left to do.
    public func flush(within limit: Duration) {}
}
