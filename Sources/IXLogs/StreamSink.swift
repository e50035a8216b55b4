public import Glibc

/// `StreamSink` writes each event as a line to a descriptor, by default standard error.
public struct StreamSink: LogSink {
    /// The format of the lines.
    public enum Format: Sendable { case text, colour, json }

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

    /// Writes the line. Failure: the line is lost when the descriptor can't be written. Concurrency: from any thread.
    public func write(_ line: LogLine) {
        let (text, time) = (LogText(line), WallClock.now())
        switch format {
        case .text: write(Array(text.text(at: time, coloured: false).utf8))
        case .colour: write(Array(text.text(at: time, coloured: true).utf8))
        case .json: write(Array(text.json(at: time).utf8))
        }
    }

    /// Writes a line in a single `write(2)` when possible, so that lines of several threads don't mix.
    private func write(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard written > 0 || errno == EINTR else { return }
            rest = rest.dropFirst(max(0, written))
        }
    }
}
