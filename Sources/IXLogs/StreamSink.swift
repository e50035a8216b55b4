public import Glibc

/// Writes each event as one line to a descriptor, standard error unless told otherwise.
public struct StreamSink: LogSink {
    public enum Format: Sendable { case text, colour, json }

    private let format: Format
    private let descriptor: Int32

    public init(_ format: Format, to descriptor: Int32 = STDERR_FILENO) {
        self.format = format
        self.descriptor = descriptor
    }

    /// Text, in colour where standard error is a terminal that wants it (NO_COLOR and TERM=dumb don't).
    public static func text(_ environment: [String: String]) -> StreamSink {
        let wantsColour = (environment["NO_COLOR"] ?? "").isEmpty && (environment["TERM"] ?? "dumb") != "dumb"
        return StreamSink(wantsColour && isatty(STDERR_FILENO) == 1 ? .colour : .text)
    }

    public func write(_ line: LogLine) {
        let (text, time) = (LogText(line), WallClock.now())
        switch format {
        case .text: write(Array(text.text(at: time, coloured: false).utf8))
        case .colour: write(Array(text.text(at: time, coloured: true).utf8))
        case .json: write(Array(text.json(at: time).utf8))
        }
    }

    /// One write per line, so that lines of several threads don't mix.
    private func write(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard written > 0 || errno == EINTR else { return }
            rest = rest.dropFirst(max(0, written))
        }
    }
}
