import CSystemd
import Glibc
public import IXLogs
import Logging

/// `JournalSink` writes events to journald, each field under its own name, so that `journalctl IX_JOB_ID=…` shows a
/// job's life.
public struct JournalSink: LogSink {
    private let identifier: String

    /// Creates a sink. `identifier` is the lines' `SYSLOG_IDENTIFIER`, the argument of `journalctl -t`.
    public init(identifier: String) { self.identifier = identifier }

    /// Writes the line to the journal. Failure: the line is lost without an error. Concurrency: from any thread.
    public func write(_ line: LogLine) {
        let fields = JournalFields(line, identifier: identifier).fields.map { Array("\($0.name)=\($0.value)".utf8) }
        let bytes = fields.flatMap(\.self)
        bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return }
            var vectors: [iovec] = []
            var start = UnsafeMutableRawPointer(mutating: base)
            for field in fields {
                vectors.append(iovec(iov_base: start, iov_len: field.count))
                start += field.count
            }
            _ = sd_journal_sendv(vectors, Int32(vectors.count))  // ignored: no other place for the line exists
        }
    }
}
