/// Where lines go.
public protocol LogSink: Sendable {
    func write(_ line: LogLine)
}
