import CSystemd
import Glibc
public import IXLogs
import Logging

/// Writes events to journald, each field under its own name, so that `journalctl IX_JOB_ID=…` tells a job's life.
public struct JournalSink: LogSink {
    private let identifier: String

    /// `identifier`: the lines' SYSLOG_IDENTIFIER, what `journalctl -t` takes.
    public init(identifier: String) { self.identifier = identifier }

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
            _ = sd_journal_sendv(vectors, Int32(vectors.count))  // ignored: there is nobody else to tell
        }
    }
}
