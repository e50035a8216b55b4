import Glibc
public import Logging

/// Writes each event as one line to standard error.
public struct StreamHandler: LogHandler {
    public enum Format: Sendable { case text, json }

    public var logLevel: Logger.Level
    public var metadata: Logger.Metadata = [:]
    private let format: Format

    public init(level: Logger.Level, format: Format) {
        logLevel = level
        self.format = format
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let line = LogLine(level: event.level, message: event.message.description, metadata: all)
        let text = format == .text ? line.text(at: WallClock.now()) : line.json(at: WallClock.now())
        Self.write(Array(text.utf8))
    }

    /// One write per line, so that lines of several threads don't mix.
    private static func write(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            guard written > 0 || errno == EINTR else { return }
            rest = rest.dropFirst(max(0, written))
        }
    }
}
