/// jsonb's normal form: the text every store returns for a document, however the producer spelled it.
///
/// Guarantees: each store returns the text printed by PostgreSQL for `$1::jsonb::text`, byte for byte, so that callers
/// see no difference between stores:
/// - members are ordered by the length of their names in bytes, then bytewise; of members with equal names the last
///   stays;
/// - `{"a": 1, "b": [1, 2]}`: a blank follows each colon and comma, and stands nowhere else;
/// - strings have only the escapes required by JSON (`\b \f \n \r \t \" \\`, `\u001f` for the remaining controls);
/// - numbers are printed as numeric prints them: no exponent, the digits after the point kept (`1.10`; `1E2` is `100`,
///   `-0` is `0`).
public enum JSONNormalForm {
    /// Returns the normal form of any JSON value, for text that was not checked on entry.
    ///
    /// Failure: `InvalidInput` naming `field`, for text no store can keep: not JSON, `\u0000`, a lone surrogate,
    /// nesting too deep, or a number outside the range of numeric. Text is also refused when it exceeds `limit` bytes
    /// with its numbers written out, because 8 bytes of `1e131071` become 128 KiB.
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
    /// The document as every store returns it: PostgreSQL's `jsonb` as text, see `JSONNormalForm`. Each access computes
    /// the text anew, in time linear in its length, except for the sorting of names.
    public var normalForm: String { JSONNormalForm.normalized(Array(text.utf8)) }
}
