import CSystemd
import Glibc
public import IXLogs
import Logging
import Synchronization

/// Writes events to journald, each field under its own name, so that `journalctl IX_JOB_ID=…` tells a job's life.
///
/// Failure: while the journal takes nothing, lines go to `fallback`, which is told so once each time.
public final class JournalSink: LogSink {
    /// Where libsystemd sends lines; when this isn't there it drops them without a word.
    private static let socket = "/run/systemd/journal/socket"

    private let identifier: String
    private let fallback: any LogSink
    private let isAway = Mutex(false)

    /// `identifier`: the lines' SYSLOG_IDENTIFIER, what `journalctl -t` takes.
    public init(identifier: String, fallback: any LogSink) {
        self.identifier = identifier
        self.fallback = fallback
    }

    /// Writes the line to the journal. Failure: the line is lost without an error. Concurrency: from any thread.
    public func write(_ line: LogLine) {
        let code = access(Self.socket, F_OK) == 0 ? send(line) : -errno
        let wasAway = isAway.withLock { isAway in
            defer { isAway = code < 0 }
            return isAway
        }
        guard code < 0 else { return }
        if !wasAway {
            fallback.write(LogLine(.journalAway, ["reason": "\(String(cString: strerror(-code)))"]))
        }
        fallback.write(line)
    }

    /// 0, or what kept the line from the journal, negative.
    private func send(_ line: LogLine) -> Int32 {
        let fields = JournalFields(line, identifier: identifier).fields.map { Array("\($0.name)=\($0.value)".utf8) }
        let bytes = fields.flatMap(\.self)
        return bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return 0 }
            var vectors: [iovec] = []
            var start = UnsafeMutableRawPointer(mutating: base)
            for field in fields {
                vectors.append(iovec(iov_base: start, iov_len: field.count))
                start += field.count
            }
            return sd_journal_sendv(vectors, Int32(vectors.count))
        }
    }
}
