import HTTPTypes
import HummingbirdCore
import IXCore
import IXStore
import NIOCore

/// What a handler answers.
struct Answer: Sendable {
    enum Body: Sendable {
        case none
        case text(String, type: String)
        case bytes([UInt8], type: String)
        /// Parts as they come. The stream writes, and ends the answer by returning.
        case stream(type: String, @Sendable (StreamWriter) async throws -> Void)
    }

    let status: Int
    var headers: [(String, String)] = []
    let body: Body
    /// The moment up to which the data has every change; nil for a server without a copy of the store.
    private(set) var asOf: ContinuousClock.Instant?

    /// The answer with the age of the reader's data.
    func of(_ reader: QueueReader) -> Answer {
        var answer = self
        answer.asOf = reader.asOf
        return answer
    }

    /// The field with the age of the data at the moment of the answer.
    private var age: [(String, String)] {
        guard let asOf else { return [] }
        let tenths = Int((ContinuousClock.now - asOf) / .milliseconds(100))
        return [("ix-data-age", "\(tenths / 10).\(tenths % 10)")]
    }

    /// An object as JSON.
    static func json(_ text: String, status: Int = 200, headers: [(String, String)] = []) -> Answer {
        Answer(status: status, headers: headers, body: .text(text, type: "application/json"))
    }

    static func text(_ text: String, status: Int = 200, type: String = "text/plain; charset=utf-8") -> Answer {
        Answer(status: status, body: .text(text, type: type))
    }

    static let empty = Answer(status: 204, body: .none)

    init(status: Int, headers: [(String, String)] = [], body: Body) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The answer that reports a problem.
    init(_ problem: Problem, requestID: String, _ prefix: String) {
        self.init(
            status: problem.status, headers: problem.headers,
            body: .text(problem.text(requestID: requestID, prefix), type: "application/problem+json"))
    }

    /// Returns the answer for the framework, with the fields that every answer carries.
    func response(requestID: String, closes: Bool, isHead: Bool) -> Response {
        var fields = HTTPFields()
        let common = Self.always + [("date", HTTPDate.now), ("x-request-id", requestID)] + headers + age
        fields.reserveCapacity(common.count + 2)
        for (name, value) in common {
            guard let name = HTTPField.Name(name) else { continue }
            fields[name] = value
        }
        if closes { fields[.connection] = "close" }
        let code = HTTPResponse.Status(code: status)
        switch body {
        case .none:
            if status != 304 && status != 204 { fields[.contentLength] = "0" }
            return Response(status: code, headers: fields)
        case .text(let text, let type): return Self.response(code, fields, ByteBuffer(string: text), type, isHead)
        case .bytes(let bytes, let type): return Self.response(code, fields, ByteBuffer(bytes: bytes), type, isHead)
        case .stream(let type, let write):
            fields[.contentType] = type
            return Response(
                status: code, headers: fields,
                body: ResponseBody { writer in
                    let stream = StreamWriter(writer)
                    try await write(stream)
                    try await stream.finish()
                })
        }
    }

    private static func response(
        _ code: HTTPResponse.Status, _ fields: HTTPFields, _ buffer: ByteBuffer, _ type: String, _ isHead: Bool
    ) -> Response {
        var fields = fields
        fields[.contentType] = type
        fields[.contentLength] = "\(buffer.readableBytes)"
        return Response(status: code, headers: fields, body: isHead ? .init() : .init(byteBuffer: buffer))
    }

    private static let always = [
        ("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"), ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "no-store"),
    ]
}

/// The output of a streamed answer.
///
/// Requires: one task at a time.
final class StreamWriter: @unchecked Sendable {
    private var writer: any ResponseBodyWriter

    fileprivate init(_ writer: any ResponseBodyWriter) { self.writer = writer }

    /// Writes a part, and waits until the connection takes more.
    func write(_ text: String) async throws { try await writer.write(ByteBuffer(string: text)) }

    fileprivate func finish() async throws { try await writer.finish(nil) }
}
