import IXCore
import IXTelemetry
import Logging

/// `JournalFields` is a log line in the form of the journal: field names of `A–Z 0–9 _`, and the daemon's own names
/// begin with `IX_`.
struct JournalFields {
    let fields: [(name: String, value: String)]

    init(_ line: LogLine, identifier: String) {
        let event = line.event.map { [("MESSAGE_ID", $0.messageID), ("IX_EVENT", $0.name)] } ?? []
        fields =
            [("MESSAGE", PrintedText.safe(Self.message(line))), ("PRIORITY", Self.priority(line.level))] + event
            + [
                ("SYSLOG_IDENTIFIER", identifier), ("CODE_FILE", line.file), ("CODE_LINE", "\(line.line)"),
                ("CODE_FUNC", line.function),
            ] + line.fields.map { (Self.name($0.key), $0.value) }
    }

    /// Returns the sentence, because `journalctl` shows only the message by default. For a line of a pipeline's program
    /// the message is the line itself.
    private static func message(_ line: LogLine) -> String {
        if line.event == .pipelineStderr, let said = line["line"] { return said }
        return line.sentence
    }

    /// Returns syslog's number of the level.
    private static func priority(_ level: Logger.Level) -> String {
        switch level {
        case .critical: "2"
        case .error: "3"
        case .warning: "4"
        case .notice: "5"
        case .info: "6"
        case .debug, .trace: "7"
        }
    }

    /// Returns the field's name: `job_id` becomes `IX_JOB_ID`, and `ix_id` becomes `IX_ID`. The journal drops names
    /// with other characters or over 64 bytes.
    private static func name(_ key: String) -> String {
        let upper = String(
            key.utf8.prefix(60).map { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"): Character(UnicodeScalar(byte - 32))
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                    Character(UnicodeScalar(byte))
                default: "_"
                }
            })
        return upper.hasPrefix("IX_") ? upper : "IX_" + upper
    }
}
