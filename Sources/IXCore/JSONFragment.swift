/// One value inside a validated document, still as text.
public struct JSONFragment: Sendable, Equatable {
    public let text: String

    public var isNull: Bool { text == "null" }

    /// The value of a string, nil for anything else.
    public var string: String? {
        text.utf8.first == UInt8(ascii: "\"") ? JSONString.decode(Array(text.utf8)[...]) : nil
    }

    /// The value of a number as binary floating point; for options, never for documents.
    public var number: Double? { Double(text) }

    /// The value as a document, nil when it isn't an object.
    public var object: JSONDocument? {
        // ignored: a fragment of a valid document is valid, so the only failure is "not an object"
        try? JSONDocument(text.utf8, field: "value", limit: Limits.responseBytes)
    }
}
