public import FoundationEssentials
public import IXCore

extension RequestIX {
    /// Decodes the request's `context` as `type`.
    ///
    /// Dates are ISO 8601, unless `decoder` says otherwise. Numbers are converted to the type's own; the document keeps
    /// numbers as written.
    /// Failure: throws `DecodingError` when `context` is missing or has another shape.
    public func context<Value: Decodable>(
        as type: Value.Type, decoder: JSONDecoder = .ixPipeline
    ) throws -> Value {
        let text = document["context"]?.text ?? "null"
        return try decoder.decode(type, from: Data(text.utf8))
    }
}

extension ResponseIX {
    /// Encodes `value`, which must encode as an object, as a response.
    ///
    /// Dates are ISO 8601, unless `encoder` says otherwise.
    /// Failure: throws `EncodingError`, and `InvalidInput` when the encoded value is no response: no object, or over 4
    /// MiB.
    public init(encoding value: some Encodable, encoder: JSONEncoder = .ixPipeline) throws {
        let bytes = try encoder.encode(value)
        try self.init(JSONDocument(bytes, field: "response", limit: Limits.responseBytes))
    }
}

extension JSONDecoder {
    /// A new decoder for requests. Dates are ISO 8601 text with or without a fraction, in any offset; a time without an
    /// offset is UTC.
    public static var ixPipeline: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let container = try decoder.singleValueContainer()
            guard let moment = Timestamp(try container.decode(String.self)) else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a date of ISO 8601")
            }
            return Date(timeIntervalSince1970: Double(moment.microseconds) / 1_000_000)
        }
        return decoder
    }
}

extension JSONEncoder {
    /// A new encoder for responses. Dates become ISO 8601 text in UTC, to the microsecond where they have a fraction.
    public static var ixPipeline: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .custom { date, encoder in
            let microseconds = (date.timeIntervalSince1970 * 1_000_000).rounded()
            guard let whole = Int64(exactly: microseconds) else {
                throw EncodingError.invalidValue(
                    date, .init(codingPath: encoder.codingPath, debugDescription: "the date is out of range"))
            }
            var text = Timestamp(microseconds: whole).text
            if text.hasSuffix(".000000Z") { text = text.dropLast(8) + "Z" }
            var container = encoder.singleValueContainer()
            try container.encode(text)
        }
        return encoder
    }
}
