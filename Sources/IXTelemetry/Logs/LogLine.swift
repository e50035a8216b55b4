import IXCore
package import Logging

/// `LogLine` is a log event in parts, the input of every sink.
package struct LogLine: Sendable {
    /// The level.
    package let level: Logger.Level
    /// The message, unescaped.
    package let message: String
    /// The kind of event; nil for a line of foreign code.
    package let event: EventKind?
    /// The fields in the order of their names, unescaped.
    package let fields: [(key: String, value: String)]
    /// The names of the fields whose value is a JSON number.
    private let numbers: Set<String>
    /// The source file of the log call, such as `IXEngine/Worker.swift`.
    package let file: String
    /// The source line of the log call.
    package let line: UInt
    /// The function of the log call.
    package let function: String
    /// The time of the log call, even when the line waits before the write.
    let time: WallTime

    init(
        level: Logger.Level, message: String, metadata: Logger.Metadata, file: String, line: UInt, function: String
    ) {
        self.level = level
        self.message = message
        self.file = file
        self.line = line
        self.function = function
        time = .now()
        event = Self.event(in: metadata)
        fields = metadata.filter { $0.key != EventKind.metadataKey }.sorted { $0.key < $1.key }
            .map { ($0.key, $0.value.description) }
        numbers = Set(metadata.filter { $0.value.isNumber }.keys)
    }

    /// Creates a line of the log itself, such as the report of dropped lines.
    package init(_ event: EventKind, _ fields: Logger.Metadata) {
        let all = fields.merging([EventKind.metadataKey: .stringConvertible(event)]) { $1 }
        self.init(
            level: event.level, message: event.message, metadata: all, file: #fileID, line: #line, function: #function)
    }

    private init(
        _ line: LogLine, message: String? = nil, fields: [(key: String, value: String)], numbers: Set<String>? = nil
    ) {
        level = line.level
        self.message = message ?? line.message
        time = line.time
        event = line.event
        file = line.file
        self.line = line.line
        function = line.function
        self.fields = fields
        self.numbers = numbers ?? line.numbers
    }

    /// Returns the line with the number of similar lines left out before.
    func repeated(_ times: Int) -> LogLine {
        LogLine(self, fields: fields + [("left_out", "\(times)")], numbers: numbers.union(["left_out"]))
    }

    /// The event as a sentence with the values that a reader needs; the message of a line of foreign code.
    package var sentence: String { event?.sentence.text { self[$0] } ?? message }

    /// True when the value of the field is a JSON number.
    func isNumber(_ field: String) -> Bool { numbers.contains(field) }

    /// Returns the line with its longest text cut to half; once all texts are short, without the second half of its
    /// fields. Nil when no part can be cut.
    func shortened() -> LogLine? {
        let longest = fields.indices.max { fields[$0].value.utf8.count < fields[$1].value.utf8.count }
        let length = longest.map { fields[$0].value.utf8.count } ?? 0
        if message.utf8.count > max(length, Self.least) {
            return LogLine(self, message: Self.half(message), fields: fields)
        }
        if let longest, length > Self.least {
            var fields = fields
            fields[longest].value = Self.half(fields[longest].value)
            return LogLine(self, fields: fields)
        }
        return fields.count > 1 ? LogLine(self, fields: Array(fields.prefix(fields.count / 2))) : nil
    }

    /// Texts of at most this length, in bytes, aren't cut.
    private static let least = 64

    private static func half(_ text: String) -> String {
        String(text.unicodeScalars.prefix(text.unicodeScalars.count / 2)) + "…"
    }

    /// The value of a field; nil when the line has no such field.
    package subscript(field: String) -> String? { fields.first { $0.key == field }?.value }

    private static func event(in metadata: Logger.Metadata) -> EventKind? {
        guard case .stringConvertible(let value)? = metadata[EventKind.metadataKey] else { return nil }
        return value as? EventKind
    }
}
