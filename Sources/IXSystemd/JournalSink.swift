import CSystemd
import Glibc
package import IXTelemetry
import Logging
import Synchronization

/// `JournalSink` writes events to journald, each field under its own name, so that `journalctl IX_JOB_ID=…` shows the
/// history of a job.
///
/// Failure: while the journal accepts no lines, lines go to `fallback`, and each outage is reported to `fallback` once.
package final class JournalSink: LogSink {
    /// The socket to which libsystemd sends lines. Without the socket, libsystemd drops lines without an error.
    private static let socket = "/run/systemd/journal/socket"

    private let identifier: String
    private let fallback: any LogSink
    private let isAway = Mutex(false)

    /// `identifier` is the SYSLOG_IDENTIFIER of the lines, the argument of `journalctl -t`.
    package init(identifier: String, fallback: any LogSink) {
        self.identifier = identifier
        self.fallback = fallback
    }

    /// Writes the line to the journal, or to `fallback` when the journal fails. Concurrency: safe from any thread.
    package func write(_ line: LogLine) {
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

    /// Sends the line to the journal. Returns 0, or a negative error code.
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
