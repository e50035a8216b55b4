internal import FoundationEssentials
public import IXCore

extension RequestIX {
    /// The request's `context` as a type of yours.
    ///
    /// Failure: `DecodingError` when it is missing or another shape. Numbers go through the type's own; the document keeps
    /// them as they were written.
    public func context<Value: Decodable>(as type: Value.Type) throws -> Value {
        let text = document["context"]?.text ?? "null"
        return try JSONDecoder().decode(type, from: Data(text.utf8))
    }
}

extension ResponseIX {
    /// A response made of a value of yours, which encodes as an object.
    ///
    /// Failure: `EncodingError`; `InvalidInput` for what is no response: no object, or over 4 MiB.
    public init(encoding value: some Encodable) throws {
        let bytes = try JSONEncoder().encode(value)
        try self.init(JSONDocument(bytes, field: "response", limit: Limits.responseBytes))
    }
}
