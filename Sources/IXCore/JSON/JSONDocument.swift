/// A JSON object as validated text: the form in which documents travel between producer, store and pipeline.
///
/// Guarantees: unknown fields and numbers stay unchanged, because no typed model is involved. Among members with equal
/// names the last counts, as in jsonb.
public struct JSONDocument: Sendable, Equatable, CustomStringConvertible {
    /// The text: UTF-8, one object, accepted by every store.
    public let text: String
    private let members: [ExactText: Range<Int>]

    /// Validates `bytes`; `field` names the document in the error. A larger `nesting` serves envelopes around whole
    /// documents.
    ///
    /// Failure: `InvalidInput` when `bytes` is not an object, exceeds `limit` bytes as given or in normal form, or
    /// can't be stored.
    public init(
        _ bytes: some Collection<UInt8>, field: String, limit: Int, nesting: Int = Limits.nesting
    ) throws(InvalidInput) {
        guard bytes.count <= limit else { throw InvalidInput(field, "over \(limit) bytes") }
        let bytes = Array(bytes)
        guard !bytes.starts(with: [0xEF, 0xBB, 0xBF]) else {
            throw InvalidInput(field, "begins with a byte order mark")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw InvalidInput(field, "is not UTF-8") }
        var scanner = JSONScanner(bytes, field: field, nesting: nesting)
        try scanner.scanObject()
        guard scanner.normalBytes <= limit else {
            throw InvalidInput(field, "over \(limit) bytes with its numbers written out")
        }
        self.text = text
        members = Dictionary(scanner.members.map { (ExactText($0.key), $0.value) }, uniquingKeysWith: { $1 })
    }

    /// Validates `text` as a request, of at most 1 MiB.
    public init(request text: String) throws(InvalidInput) {
        try self.init(text.utf8, field: "request", limit: Limits.requestBytes)
    }

    /// Validates `text` as a response, of at most 4 MiB; for results of pipelines.
    public init(response text: String) throws(InvalidInput) {
        try self.init(text.utf8, field: "response", limit: Limits.responseBytes)
    }

    /// Creates a document from pairs whose values are valid JSON texts; nothing is checked.
    init(trusted pairs: [(key: String, value: String)]) {
        var text = "{"
        var members: [ExactText: Range<Int>] = [:]
        for (index, pair) in pairs.enumerated() {
            text += (index == 0 ? "" : ",") + JSONString.encode(pair.key) + ":"
            let start = text.utf8.count
            text += pair.value
            members[ExactText(pair.key)] = start..<text.utf8.count
        }
        self.text = text + "}"
        self.members = members
    }

    /// The names of the members, in the order of the text.
    public var names: [String] { members.sorted { $0.value.lowerBound < $1.value.lowerBound }.map(\.key.text) }

    /// Returns the member's value, or nil when there is no such member.
    public subscript(name: String) -> JSONFragment? {
        members[ExactText(name)].map { JSONFragment(text: String(slice($0))) }
    }

    /// Returns a copy with `fields` set to text values, in place of existing members with the same names.
    public func setting(_ fields: [(key: String, value: String)]) -> JSONDocument {
        let kept = pairs(without: Set(fields.map { ExactText($0.key) }))
        return JSONDocument(trusted: kept + fields.map { (key: $0.key, value: JSONString.encode($0.value)) })
    }

    /// Returns a copy without the members called `names`.
    public func without(_ names: Set<String>) -> JSONDocument {
        JSONDocument(trusted: pairs(without: Set(names.map(ExactText.init))))
    }

    public var description: String { text }

    public static func == (left: JSONDocument, right: JSONDocument) -> Bool {
        ExactText(left.text) == ExactText(right.text)
    }

    private func pairs(without names: Set<ExactText>) -> [(key: String, value: String)] {
        members.filter { !names.contains($0.key) }.sorted { $0.value.lowerBound < $1.value.lowerBound }
            .map { (key: $0.key.text, value: String(slice($0.value))) }
    }

    private func slice(_ range: Range<Int>) -> Substring {
        let utf8 = text.utf8
        let start = utf8.index(utf8.startIndex, offsetBy: range.lowerBound)
        return text[start..<utf8.index(start, offsetBy: range.count)]
    }
}

extension JSONFragment {
    /// The value as a document; nil when the value isn't an object.
    public var object: JSONDocument? {
        // ignored: a fragment of a valid document is valid, so the only failure is "not an object"
        try? JSONDocument(text.utf8, field: "value", limit: Limits.responseBytes)
    }
}
