import IXCore
public import Logging

/// One log event, taken apart: what every place that lines go to starts from.
public struct LogLine: Sendable {
    public let level: Logger.Level
    public let message: String
    /// The kind of event; nil for a line of somebody else's code.
    public let event: EventKind?
    /// In the order of their names.
    public let fields: [(key: String, value: String)]
    /// Where it was logged: `IXEngine/Worker.swift`, and the line.
    public let file: String
    public let line: UInt
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

    /// The same, saying how many like it were left out.
    func repeated(_ times: Int) -> LogLine { LogLine(self, fields: fields + [("left_out", "\(times)")]) }

    /// What tells one time from the next, for places that show nothing but a message.
    public var reason: String? {
        fields.first { $0.key == "reason" || $0.key == "error" }?.value
    }

    public subscript(field: String) -> String? { fields.first { $0.key == field }?.value }

    private static func event(in metadata: Logger.Metadata) -> EventKind? {
        guard case .stringConvertible(let value)? = metadata[eventKey] else { return nil }
        return value as? EventKind
    }
}
