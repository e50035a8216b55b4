public import FoundationEssentials
public import IXCore

/// `TypedPipeline` is a `Pipeline` that gets the request's `context` as a value of a type, and returns the response as
/// one.
///
/// Guarantees: a `context` of another shape ends the job with code `bad_context`; the message names the place, as in
/// `context.items[3].price`.
public protocol TypedPipeline: Pipeline {
    /// The type of the request's `context`.
    associatedtype Input: Decodable
    /// The type of the response, which must encode as an object.
    associatedtype Output: Encodable

    /// Runs the job and returns the response's value.
    func run(_ input: Input, context: PipelineContext) async throws -> Output

    /// The decoder of `context`; dates are ISO 8601 by default.
    var decoder: JSONDecoder { get }
    /// The encoder of the response; dates are ISO 8601 by default.
    var encoder: JSONEncoder { get }
}

extension TypedPipeline {
    public var decoder: JSONDecoder { .ixPipeline }
    public var encoder: JSONEncoder { .ixPipeline }

    /// Decodes `context`, runs the job, and encodes the response.
    public func run(_ request: RequestIX, context: PipelineContext) async throws -> ResponseIX {
        let input: Input
        do { input = try request.context(as: Input.self, decoder: decoder) } catch let error as DecodingError {
            throw PipelineStop.discard(JobError("bad_context", error.sentence))
        }
        return try ResponseIX(encoding: await run(input, context: context), encoder: encoder)
    }
}

extension DecodingError {
    /// The fault and its place in `context`. The caller may read the sentence: the sentence quotes no value.
    fileprivate var sentence: String {
        switch self {
        case .keyNotFound(let key, let found): "\(Self.place(found.codingPath + [key])) is missing"
        case .valueNotFound(_, let found): "\(Self.place(found.codingPath)) is missing or null"
        case .typeMismatch(let type, let found): "\(Self.place(found.codingPath)) is no \(Self.noun(type))"
        case .dataCorrupted(let found): "\(Self.place(found.codingPath)): \(found.debugDescription)"
        @unknown default: "context has another shape"
        }
    }

    private static func place(_ path: [any CodingKey]) -> String {
        path.reduce(into: "context") { text, key in text += key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }
    }

    private static func noun(_ type: Any.Type) -> String {
        switch type {
        case is String.Type: "text"
        case is Bool.Type: "true or false"
        case is any BinaryInteger.Type, is any BinaryFloatingPoint.Type: "number of the type"
        case is [Any].Type: "list"
        default: "value of the type"
        }
    }
}
