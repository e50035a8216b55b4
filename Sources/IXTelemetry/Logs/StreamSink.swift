import Glibc

/// `StreamSink` writes each event as one line to a descriptor, by default standard error.
///
/// Guarantees: a line has at most `limit` bytes and is written by one call, so that a reader finds the line whole.
/// Concurrency: `write` waits for a slow reader, even when another process has made the descriptor non-blocking.
package struct StreamSink: LogSink {
    /// The format of the lines.
    package enum Format: Sendable { case text, colour, json }

    /// Maximum length of a line in bytes. Longer lines are cut, because log collectors split longer lines.
    static let limit = 16 << 10

    private let format: Format
    private let descriptor: Int32

    /// Creates a sink; the descriptor is never closed.
    package init(_ format: Format, to descriptor: Int32 = STDERR_FILENO) {
        self.format = format
        self.descriptor = descriptor
    }

    /// Returns a sink for text on standard error. Colours are used on a terminal unless `NO_COLOR` is set or `TERM` is
    /// `dumb`.
    package static func text(_ environment: [String: String]) -> StreamSink {
        let wantsColour = (environment["NO_COLOR"] ?? "").isEmpty && (environment["TERM"] ?? "dumb") != "dumb"
        return StreamSink(wantsColour && isatty(STDERR_FILENO) == 1 ? .colour : .text)
    }

    package func write(_ line: LogLine) { StreamWrite.all(Self.bytes(line, format), to: descriptor) }

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

/// `JournalStream` recognizes a standard error connected to the journal.
package enum JournalStream {
    /// Returns true when standard error is the stream connected by systemd, by device and inode. Any other stream was
    /// put in between later.
    package static func isStandardError(_ environment: [String: String]) -> Bool {
        guard let stream = environment["JOURNAL_STREAM"] else { return false }
        var status = stat()
        guard fstat(STDERR_FILENO, &status) == 0 else { return false }
        return stream == "\(status.st_dev):\(status.st_ino)"
    }
}

/// `StreamWrite` writes all bytes to a descriptor, even when another process has made the descriptor non-blocking.
package enum StreamWrite {
    /// Returns false when the reader is gone or the write failed; `errno` holds the reason.
    @discardableResult
    package static func all(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EAGAIN {
                // The descriptor stays non-blocking, because another process that shares the description may need the
                // flag.
                var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&room, 1, -1)  // ignored: the next write reports the error
                continue
            }
            guard written > 0 || errno == EINTR else { return false }
            rest = rest.dropFirst(max(0, written))
        }
        return true
    }
}
