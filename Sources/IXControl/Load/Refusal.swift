import FoundationEssentials
import IXCore

/// A line with its original bytes.
struct SourceLine: Sendable {
    let number: Int
    let bytes: [UInt8]
    /// True when `bytes` holds only the start of the line.
    let isCut: Bool
}

/// A refused line and the reason.
struct Refusal: Sendable {
    let line: SourceLine
    let reason: InvalidInput

    /// One JSON object: `line` is the number, `text` the original. `base64` holds the exact bytes of a line which isn't
    /// UTF-8.
    var json: String {
        let text = String(validating: line.bytes, as: UTF8.self)
        var pairs = [
            ("line", "\(line.number)"), ("field", JSONPairs.literal(reason.field)),
            ("reason", JSONPairs.literal(reason.reason)),
            ("text", JSONPairs.literal(text ?? String(decoding: line.bytes, as: UTF8.self))),
        ]
        if text == nil { pairs.append(("base64", JSONPairs.literal(Data(line.bytes).base64EncodedString()))) }
        if line.isCut { pairs.append(("truncated", "true")) }
        return JSONPairs(pairs).text
    }
}
