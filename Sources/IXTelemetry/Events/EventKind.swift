package import Logging

/// `EventKind` is a kind of event: a constant message under a constant id, and a sentence for people. The details of an
/// event are in the fields.
package struct EventKind: Sendable, Hashable, CustomStringConvertible {
    /// The stable name for programs, such as `job_done`.
    package let name: String
    /// The level of every event of the kind.
    package let level: Logger.Level
    /// The journal's `MESSAGE_ID`: 128 bits in hexadecimal, never reused for another kind.
    package let messageID: String
    /// The constant message.
    package let message: String
    /// The readable form with the values of a line.
    let sentence: Sentence
    /// The explanation and advice for the operator; nil when the message is enough.
    package let meaning: String?

    /// The key under which a line's metadata holds its kind.
    static let metadataKey = "event"

    /// Creates a kind. Without `sentence` the message stands with the line's reason.
    init(
        _ name: String, _ level: Logger.Level, _ messageID: String, _ message: String, _ meaning: String? = nil,
        says sentence: String? = nil
    ) {
        self.name = name
        self.level = level
        self.messageID = messageID
        self.message = message
        self.meaning = meaning
        self.sentence = Sentence(sentence ?? message + "[: {reason}][: {error}]")
    }

    /// The stable name.
    package var description: String { name }

    /// All kinds, in the order of the documentation.
    package static let all: [EventKind] =
        daemonEvents + storeEvents + jobEvents + pipelineEvents + callbackEvents
        + scheduleEvents + serverEvents
}

extension Logger {
    /// Logs `event` with `fields` at the event's level. Below the logger's level the call does nothing, but the caller
    /// has built the fields.
    package func log(
        _ event: EventKind, _ fields: Metadata = [:], file: String = #fileID, function: String = #function,
        line: UInt = #line
    ) {
        guard event.level >= logLevel else { return }
        var fields = fields
        fields[EventKind.metadataKey] = .stringConvertible(event)
        log(
            level: event.level, "\(event.message)", metadata: fields, source: "ix-worker", file: file,
            function: function, line: line)
    }
}
