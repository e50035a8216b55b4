public import Logging

/// A kind of thing that happens: a constant message under a constant id. What differs from one time to the next stands in
/// fields beside it.
public struct EventKind: Sendable, Hashable, CustomStringConvertible {
    /// Stable, for programs: `job_done`.
    public let name: String
    public let level: Logger.Level
    /// The journal's MESSAGE_ID: 128 bits in hexadecimal, never given to another kind.
    public let messageID: String
    public let message: String
    /// For the operator: what it means, what to do. Nil where the message says it all.
    public let meaning: String?

    init(_ name: String, _ level: Logger.Level, _ messageID: String, _ message: String, _ meaning: String? = nil) {
        self.name = name
        self.level = level
        self.messageID = messageID
        self.message = message
        self.meaning = meaning
    }

    public var description: String { name }

    /// Every kind, in the order of the documentation.
    public static let all: [EventKind] = daemonEvents + storeEvents + jobEvents + pipelineEvents + callbackEvents
}

extension Logger {
    /// Logs that `event` happened.
    public func tell(
        _ event: EventKind, _ fields: Metadata = [:], file: String = #fileID, function: String = #function,
        line: UInt = #line
    ) {
        guard event.level >= logLevel else { return }
        var fields = fields
        fields[LogLine.eventKey] = .stringConvertible(event)
        log(
            level: event.level, "\(event.message)", metadata: fields, source: "ix-worker", file: file,
            function: function, line: line)
    }
}
