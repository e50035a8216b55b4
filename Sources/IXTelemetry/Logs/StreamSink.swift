public import Glibc

/// `StreamSink` writes each event as one line to a descriptor, by default standard error.
///
/// Guarantees: a line has at most `limit` bytes and is written by one call, so that a reader finds the line whole.
/// Concurrency: `write` waits for a slow reader, even when another process has made the descriptor non-blocking.
public struct StreamSink: LogSink {
    /// The format of the lines.
    public enum Format: Sendable { case text, colour, json }

    /// Maximum length of a line in bytes. Longer lines are cut, because log collectors split longer lines.
    static let limit = 16 << 10

    private let format: Format
    private let descriptor: Int32

    /// Creates a sink; the descriptor is never closed.
    public init(_ format: Format, to descriptor: Int32 = STDERR_FILENO) {
        self.format = format
        self.descriptor = descriptor
    }

    /// Returns a sink for text on standard error. Colours are used on a terminal unless `NO_COLOR` is set or `TERM` is
    /// `dumb`.
    public static func text(_ environment: [String: String]) -> StreamSink {
        let wantsColour = (environment["NO_COLOR"] ?? "").isEmpty && (environment["TERM"] ?? "dumb") != "dumb"
        return StreamSink(wantsColour && isatty(STDERR_FILENO) == 1 ? .colour : .text)
    }

    public func write(_ line: LogLine) { StreamWrite.all(Self.bytes(line, format), to: descriptor) }

    /// The line in this format, cut until it fits.
    static func bytes(_ line: LogLine, _ format: Format) -> [UInt8] {
        var line = line
        while true {
            let bytes = Array(text(line, format).utf8)
            guard bytes.count > limit, let shorter = line.shortened() else { return bytes }
            line = shorter
        }
    }

    private static func text(_ line: LogLine, _ format: Format) -> String {
        let (text, time) = (LogText(line), line.time.text)
        return switch format {
        case .text: text.text(at: time, coloured: false)
        case .colour: text.text(at: time, coloured: true)
        case .json: text.json(at: time)
        }
    }
}
