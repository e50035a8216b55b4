package import IXCore

/// `KeysLine` is a line of an export with keys of requests: receipts, or dedupe keys. Such lines stand behind the jobs.
package enum KeysLine: Sendable, Equatable {
    case receipts([Receipt])
    case dedupes([DedupeRecord])

    /// The largest number of keys in a line.
    package static let most = 5000
    /// Bytes of a line: more than the longest keys take, with their control characters written out.
    private static let limit = 64 << 20

    package var count: Int {
        switch self {
        case .receipts(let receipts): receipts.count
        case .dedupes(let dedupes): dedupes.count
        }
    }

    /// The line of an export, with its end.
    package var text: String {
        let (name, objects) =
            switch self {
            case .receipts(let receipts): ("receipts", receipts.map(\.json))
            case .dedupes(let dedupes): ("dedupes", dedupes.map(\.json))
            }
        return JSONPairs([(name, "[" + objects.joined(separator: ",") + "]")]).text + "\n"
    }

    /// True for a line that `text` may have written.
    package static func begins(_ bytes: [UInt8]) -> Bool {
        ["receipts", "dedupes"].contains { bytes.starts(with: "{\"\($0)\":".utf8) }
    }

    /// Reads a line that `text` returned. Failure: `InvalidInput` names the field.
    package init(_ bytes: [UInt8]) throws(InvalidInput) {
        let line = try JSONDocument(bytes, field: "line", limit: Self.limit)
        switch line.names {
        case ["receipts"]: self = .receipts(try line.objects("receipts", most: Self.most, of: "keys", Receipt.init))
        case ["dedupes"]: self = .dedupes(try line.objects("dedupes", most: Self.most, of: "keys", DedupeRecord.init))
        default: throw InvalidInput("line", "holds neither receipts nor dedupes")
        }
    }
}

extension JSONDocument {
    /// Reads the objects of a list of at most `most` `things`. Failure: `InvalidInput` names the member.
    func objects<Value>(
        _ name: String, most: Int, of things: String, _ read: (JSONDocument) throws(InvalidInput) -> Value
    ) throws(InvalidInput) -> [Value] {
        guard let elements = self[name]?.elements else { throw InvalidInput(name, "is not a list") }
        guard elements.count <= most else { throw InvalidInput(name, "over \(most) \(things)") }
        var values: [Value] = []
        for element in elements {
            guard let object = element.object else { throw InvalidInput(name, "has an element that is not an object") }
            values.append(try read(object))
        }
        return values
    }
}
