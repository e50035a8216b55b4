import FoundationEssentials
import HTTPTypes
import HummingbirdCore
import IXCore
import IXRepresentation
import NIOCore

/// A request on its way to a handler: from a known caller, for a known route.
struct Call: Sendable {
    let request: Request
    /// The request's id: the caller's own, or a new one.
    let id: String
    let caller: Caller
    let peer: Peer
    /// Values of the path's parameters, in order.
    let path: [String]
    let query: Query
    let channel: any Channel
    /// Time for which a JSON body may be read, and the rest that the framework doesn't know.
    let body: BodyReader
    /// Tells a long answer when the caller's token or session has ended.
    let access: AccessWatch

    /// The job's id in the path. Throws `not_found` when the text is no UUID, because no job can have it.
    var jobID: UUID {
        get throws(Problem) {
            guard let text = path.first, text.utf8.count == 36, let id = UUID(uuidString: text) else {
                throw .notFound
            }
            return id
        }
    }

    /// The target's text behind the question mark.
    var queryText: Substring {
        (request.head.path ?? "").split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
    }

    /// Returns the target of the page behind a cursor.
    func target(after cursor: String) -> String {
        let path = (request.head.path ?? "").prefix { $0 != "?" }
        let kept = queryText.split(separator: "&").filter { !$0.hasPrefix("after=") } + ["after=\(cursor)"]
        return path + "?" + kept.joined(separator: "&")
    }

    /// True for a caller that takes no data but the newest.
    var wantsNewest: Bool {
        let field = (header("cache-control") ?? "").lowercased()
        return field.contains("no-cache") || field.contains("no-store")
    }

    /// True for a caller that asks for a stream of lines, a value a line.
    var wantsLines: Bool { header("accept")?.contains("application/x-ndjson") == true }

    /// Returns the value of a header field; nil without the field.
    func header(_ name: String) -> String? {
        HTTPField.Name(name).flatMap { request.headers[$0] }
    }

    /// Returns the JSON object of the body; an empty object for an empty body. Members must be among `names`.
    func object(
        _ names: [String], upTo limit: Int = 64 << 10, nesting: Int = Limits.nesting
    ) async throws -> JSONDocument {
        let bytes = try await body.collect(upTo: limit, isRequired: false)
        guard !bytes.isEmpty else { return try JSONDocument("{}".utf8, field: "body", limit: 2) }
        let document = try JSONDocument(bytes, field: "body", limit: limit, nesting: nesting)
        if let other = document.names.first(where: { !names.contains($0) }) {
            throw Problem(
                InvalidInput(other, Suggestion.reason("is no member", Suggestion.nearest(to: other, among: names))))
        }
        return document
    }
}

/// The other end of a connection.
struct Peer: Sendable {
    /// The address, for the audit and for limits; `socket file` without one.
    let address: String
    /// True for a connection through a socket file.
    let isSocketFile: Bool
    /// True when the caller's connection is encrypted, as far as is known.
    let isSecure: Bool
    /// Name of the user at the other end of the service manager's socket file, when an operator; else nil.
    var operatorName: String?
}

/// Reads the body of one request, once.
struct BodyReader: Sendable {
    private let request: Request
    private let channel: any Channel
    private let mediaTypes: [String]

    init(_ request: Request, _ channel: any Channel, mediaTypes: [String] = ["application/json"]) {
        self.request = request
        self.channel = channel
        self.mediaTypes = mediaTypes
    }

    /// True when the request announces a body.
    static func isAnnounced(by request: Request) -> Bool {
        request.headers[.transferEncoding] != nil || request.headers[.contentLength].map { $0 != "0" } ?? false
    }

    /// Returns the whole body. A body over `limit` is refused at once, and the rest is not read.
    func collect(upTo limit: Int, isRequired: Bool = true) async throws -> [UInt8] {
        guard Self.isAnnounced(by: request) else {
            if isRequired { throw Problem(.badRequest, status: 400, "The body is missing.") }
            return []
        }
        try checkType()
        let announced = request.headers[.contentLength].flatMap(Int.init)
        if let announced, announced > limit { throw Self.tooLarge(limit) }
        begin(isEndless: false)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(announced ?? 0)
        for try await part in request.body {
            guard bytes.count + part.readableBytes <= limit else { throw Self.tooLarge(limit) }
            bytes.append(contentsOf: part.readableBytesView)
        }
        // A connection that ended early leaves a part; a part must never count as the whole.
        guard announced == nil || announced == bytes.count else { throw ChannelError.eof }
        return bytes
    }

    /// Returns the body in parts, for a body without a limit of its own.
    func parts(_ types: [String]) throws -> RequestBody {
        guard Self.isAnnounced(by: request) else { throw Problem(.badRequest, status: 400, "The body is missing.") }
        try checkType(types)
        begin(isEndless: true)
        return request.body
    }

    private func begin(isEndless: Bool) {
        channel.triggerUserOutboundEvent(ExchangeGuard.ReadsBody(isEndless: isEndless), promise: nil)
    }

    private func checkType(_ types: [String]? = nil) throws(Problem) {
        let types = types ?? mediaTypes
        let type = request.headers[.contentType]?.split(separator: ";").first.map {
            $0.lowercased().filter { $0 != " " && $0 != "\t" }
        }
        guard let type, types.contains(type), request.headers[.contentEncoding] == nil else {
            throw Problem(.unsupportedMediaType, "The body must be \(types.joined(separator: " or ")).")
        }
    }

    private static func tooLarge(_ limit: Int) -> Problem {
        Problem(.tooLarge, "The body is over \(limit) bytes.", limit: limit)
    }
}
