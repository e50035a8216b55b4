/// A JSON object as validated text: what travels between caller, store and pipeline.
///
/// Unknown fields and numbers pass through untouched, since no typed model stands in their way. Duplicate names count as
/// jsonb counts them: the last one wins.
public struct JSONDocument: Sendable, Equatable, CustomStringConvertible {
    /// The text: UTF-8, one object, storable by every store.
    public let text: String
    private let members: [ExactText: Range<Int>]

    /// Validates `bytes`; `field` names the document in the error. More `nesting` is for what wraps whole documents.
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

    /// Validates `text` as a request (1 MiB).
    public init(request text: String) throws(InvalidInput) {
        try self.init(text.utf8, field: "request", limit: Limits.requestBytes)
    }

    /// Validates what a pipeline returned (4 MiB).
    public init(response text: String) throws(InvalidInput) {
        try self.init(text.utf8, field: "response", limit: Limits.responseBytes)
    }

    /// A document made of pairs whose values are JSON texts already.
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

    public var names: [String] { members.sorted { $0.value.lowerBound < $1.value.lowerBound }.map(\.key.text) }

    /// The member's value, nil when there is none.
    public subscript(name: String) -> JSONFragment? {
        members[ExactText(name)].map { JSONFragment(text: String(slice($0))) }
    }

    /// The same document with `fields` (text values) set, in place of whatever stood under their names.
    public func setting(_ fields: [(key: String, value: String)]) -> JSONDocument {
        let kept = pairs(without: Set(fields.map { ExactText($0.key) }))
        return JSONDocument(trusted: kept + fields.map { (key: $0.key, value: JSONString.encode($0.value)) })
    }

    /// The same document without the members called `names`.
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
