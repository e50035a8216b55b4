/// A JSON object as validated text: the form in which documents travel between producer, store and pipeline.
///
/// Guarantees: unknown fields and numbers stay unchanged, because no typed model is involved. Among members with equal
/// names the last counts, as in jsonb.
public struct JSONDocument: Sendable, Equatable, CustomStringConvertible {
    /// The text: UTF-8, one object, accepted by every store.
    public let text: String
    /// In the order of the text; each name once. A request has few members, among which a search beats a table.
    private let members: [Member]

    private typealias Member = JSONScanner.Member

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
        members = Self.lastOfEach(scanner.members)
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
        var writer = Writer()
        for pair in pairs { writer.append(pair.key) { $0 += Array(pair.value.utf8) } }
        self.init(writer)
    }

    private init(_ writer: consuming Writer) {
        writer.text.append(UInt8(ascii: "}"))
        text = String(decoding: writer.text, as: UTF8.self)
        members = Self.lastOfEach(writer.members)
    }

    /// The names of the members, in the order of the text.
    public var names: [String] { members.map(\.key) }

    /// Returns the member's value, or nil when there is no such member.
    public subscript(name: String) -> JSONFragment? {
        member(name).map { member in
            JSONFragment(text: text.withBytes { String(decoding: $0[member.value], as: UTF8.self) })
        }
    }

    /// True for a member whose value is a string.
    package func isString(_ name: String) -> Bool {
        guard let member = member(name) else { return false }
        return text.withBytes { $0[member.value.lowerBound] == UInt8(ascii: "\"") }
    }

    private func member(_ name: String) -> Member? { members.first { ExactText.areEqual($0.key, name) } }

    /// Returns a copy with `fields` set to text values, in place of existing members with the same names.
    public func setting(_ fields: [(key: String, value: String)]) -> JSONDocument {
        var writer = copy { key in !fields.contains { ExactText.areEqual($0.key, key) } }
        for field in fields { writer.append(field.key) { JSONString.append(field.value, to: &$0) } }
        return JSONDocument(writer)
    }

    /// Returns a copy without the members called `names`.
    public func without(_ names: Set<String>) -> JSONDocument {
        JSONDocument(copy { key in !names.contains { ExactText.areEqual($0, key) } })
    }

    public var description: String { text }

    public static func == (left: JSONDocument, right: JSONDocument) -> Bool {
        ExactText.areEqual(left.text, right.text)
    }

    private func copy(where isKept: (String) -> Bool) -> Writer {
        text.withBytes { bytes in
            var writer = Writer()
            writer.text.reserveCapacity(bytes.count + 256)
            for member in members where isKept(member.key) {
                writer.append(member.key) { $0.append(contentsOf: bytes[member.value]) }
            }
            return writer
        }
    }

    /// The members of a text, without those whose name comes again.
    private static func lastOfEach(_ members: [Member]) -> [Member] {
        guard members.count > 16 else {
            // Nearly every text names each member once.
            if members.indices.allSatisfy({ isLast($0, among: members) }) { return members }
            return members.indices.filter { isLast($0, among: members) }.map { members[$0] }
        }
        var last: [ExactText: Int] = [:]
        for (index, member) in members.enumerated() { last[ExactText(member.key)] = index }
        return last.count == members.count ? members : last.values.sorted().map { members[$0] }
    }

    /// True when no later member has the member's name.
    private static func isLast(_ index: Int, among members: [Member]) -> Bool {
        !members[(index + 1)...].contains { ExactText.areEqual($0.key, members[index].key) }
    }

    /// Writes a document's text, member by member.
    private struct Writer {
        var text = [UInt8(ascii: "{")]
        private(set) var members: [Member] = []

        mutating func append(_ key: String, value: (inout [UInt8]) -> Void) {
            if text.count > 1 { text.append(UInt8(ascii: ",")) }
            JSONString.append(key, to: &text)
            text.append(UInt8(ascii: ":"))
            let start = text.count
            value(&text)
            members.append(Member(key: key, value: start..<text.count))
        }
    }
}

extension JSONFragment {
    /// The value as a document; nil when the value isn't an object.
    public var object: JSONDocument? {
        // ignored: a fragment of a valid document is valid, so the only failure is "not an object"
        try? JSONDocument(text.utf8, field: "value", limit: Limits.responseBytes)
    }
}
