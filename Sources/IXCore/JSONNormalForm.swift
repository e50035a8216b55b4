/// jsonb's normal form: what a store hands out for a document, whatever the caller's spelling was.
///
/// Every store gives the text that PostgreSQL prints for `$1::jsonb::text`, byte for byte, so that a caller can't tell them
/// apart:
/// - members ordered by their names' length in bytes, then bytewise; of equal names the last one stays;
/// - `{"a": 1, "b": [1, 2]}`, one blank after each colon and comma, none elsewhere;
/// - strings with only the escapes that JSON needs (`\b \f \n \r \t \" \\`, `\u001f` for the other controls);
/// - numbers as numeric prints them: no exponent, the digits after the point kept (`1.10`, `1E2` is `100`, `-0` is `0`).
public enum JSONNormalForm {
    /// The normal form of any JSON value, for text that came past the door.
    ///
    /// Failure: `InvalidInput`, which names `field`, for what no store can keep (not JSON, `\u0000`, a lone surrogate,
    /// too deep, numeric's range left) and for what would be over `limit` bytes with its numbers written out: eight bytes
    /// of `1e131071` are 128 KiB.
    public static func of(
        _ text: String, field: String = "value", limit: Int = Limits.responseBytes
    ) throws(InvalidInput) -> String {
        let bytes = Array(text.utf8)
        var scanner = JSONScanner(bytes, field: field)
        try scanner.scanAny()
        guard scanner.normalBytes <= limit else {
            throw InvalidInput(field, "over \(limit) bytes with its numbers written out")
        }
        return normalized(bytes)
    }

    fileprivate static func normalized(_ bytes: [UInt8]) -> String {
        var writer = JSONNormalWriter(bytes)
        writer.writeValue()
        return String(decoding: writer.normal, as: UTF8.self)
    }
}

extension JSONDocument {
    /// The document as every store hands it out: PostgreSQL's `jsonb` as text, see `JSONNormalForm`. Made anew by each
    /// call, in time linear in its length (but for sorting names).
    public var normalForm: String { JSONNormalForm.normalized(Array(text.utf8)) }
}
