/// A value inside a validated document, still as text.
public struct JSONFragment: Sendable, Equatable {
    /// The JSON text of the value, as spelled in the document.
    public let text: String

    public static func == (left: JSONFragment, right: JSONFragment) -> Bool {
        ExactText.areEqual(left.text, right.text)
    }

    /// True for `null`.
    public var isNull: Bool { text == "null" }

    /// The value of a string; nil for any different type.
    public var string: String? {
        text.withBytes { bytes in
            guard bytes.first == UInt8(ascii: "\"") else { return nil }
            if bytes.contains(UInt8(ascii: "\\")) { return JSONString.decode(Array(bytes)[...]) }
            return String(decoding: bytes.dropFirst().dropLast(), as: UTF8.self)
        }
    }

    /// The value of a number as binary floating point, which may lose digits; for options, never for documents.
    public var number: Double? { Double(text) }

    /// The values of an array; nil for any different type.
    public var elements: [JSONFragment]? { elements(nesting: Limits.nesting) }

    /// The values of an array in an envelope, which nests deeper than a document; nil for any different type.
    package func elements(nesting: Int) -> [JSONFragment]? {
        let bytes = Array(text.utf8)
        var scanner = JSONScanner(bytes, field: "value", nesting: nesting)
        // ignored: a fragment of a valid document is valid, so the only failure is "not an array"
        guard (try? scanner.scanArray()) != nil else { return nil }
        return scanner.elements.map { JSONFragment(text: String(decoding: bytes[$0], as: UTF8.self)) }
    }
}
