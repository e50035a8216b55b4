import FoundationEssentials
import IXCore

/// A line as it stood in the input.
struct SourceLine: Sendable {
    let number: Int
    let bytes: [UInt8]
    /// Only its start was kept.
    let isCut: Bool
}

/// A line that was not taken, and why.
struct Refusal: Sendable {
    let line: SourceLine
    let reason: InvalidInput

    /// One object: `line` is the number, `text` the original; `base64` its exact bytes when they aren't UTF-8.
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
