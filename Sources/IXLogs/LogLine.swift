import IXCore
public import Logging

/// `LogLine` is a log event in parts, the input of every sink.
public struct LogLine: Sendable {
    /// The level.
    public let level: Logger.Level
    /// The message, unescaped.
    public let message: String
    /// The kind of event; nil for a line of foreign code.
    public let event: EventKind?
    /// The fields in the order of their names, unescaped.
    public let fields: [(key: String, value: String)]
    /// The source file of the log call, such as `IXEngine/Worker.swift`.
    public let file: String
    /// The source line of the log call.
    public let line: UInt
    /// The function of the log call.
    public let function: String

    static let eventKey = "event"

    init(
        level: Logger.Level, message: String, metadata: Logger.Metadata, file: String, line: UInt, function: String
    ) {
        self.level = level
        self.message = message
        self.file = file
        self.line = line
        self.function = function
        event = Self.event(in: metadata)
        fields = metadata.filter { $0.key != Self.eventKey }.sorted { $0.key < $1.key }
            .map { ($0.key, $0.value.description) }
    }

    private init(_ line: LogLine, fields: [(key: String, value: String)]) {
        level = line.level
        message = line.message
        event = line.event
        file = line.file
        self.line = line.line
        function = line.function
        self.fields = fields
    }

    /// Returns the line with the number of similar lines left out before.
    func repeated(_ times: Int) -> LogLine { LogLine(self, fields: fields + [("left_out", "\(times)")]) }

    /// The value of the field `reason` or `error`, for outputs that show only a message; nil without such a field.
    public var reason: String? {
        fields.first { $0.key == "reason" || $0.key == "error" }?.value
    }

    /// The value of a field; nil when the line has no such field.
    public subscript(field: String) -> String? { fields.first { $0.key == field }?.value }

    private static func event(in metadata: Logger.Metadata) -> EventKind? {
        guard case .stringConvertible(let value)? = metadata[eventKey] else { return nil }
        return value as? EventKind
    }
}
