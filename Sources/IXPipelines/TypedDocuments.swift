internal import FoundationEssentials
public import IXCore

extension RequestIX {
    /// Decodes the request's `context` as `type`.
    ///
    /// Failure: throws `DecodingError` when `context` is missing or has another shape. Numbers are converted to the
    /// type's own; the document keeps numbers as written.
    public func context<Value: Decodable>(as type: Value.Type) throws -> Value {
        let text = document["context"]?.text ?? "null"
        return try JSONDecoder().decode(type, from: Data(text.utf8))
    }
}

extension ResponseIX {
    /// Encodes `value`, which must encode as an object, as a response.
    ///
    /// Failure: throws `EncodingError`, and `InvalidInput` when the encoded value is no response: no object, or over 4
    /// MiB.
    public init(encoding value: some Encodable) throws {
        let bytes = try JSONEncoder().encode(value)
        try self.init(JSONDocument(bytes, field: "response", limit: Limits.responseBytes))
    }
}
