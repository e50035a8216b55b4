import IXCore
import IXStore

/// An answer that says why a request was not carried out (RFC 9457).
///
/// Guarantees: no SQL, path or address of the server inside.
struct Problem: Error, Sendable {
    /// The kinds, each with a page of its own under `/problems/`.
    enum Kind: String, Sendable, CaseIterable {
        case badRequest = "bad_request"
        case unauthenticated, forbidden
        case notFound = "not_found"
        case requestDiffers = "request_differs"
        case pruned
        case ended
        case notEnded = "not_ended"
        case underWay = "under_way"
        case noURL = "no_url"
        case previewOutdated = "preview_outdated"
        case tooLarge = "too_large"
        case unsupportedMediaType = "unsupported_media_type"
        case misdirected
        case methodNotAllowed = "method_not_allowed"
        case timeout
        case uriTooLong = "uri_too_long"
        case headTooLarge = "head_too_large"
        case rateLimited = "rate_limited"
        case queueFull = "queue_full"
        case `internal`
        case storeAway = "store_away"
        case overloaded, draining
    }

    let kind: Kind
    let status: Int
    let detail: String
    /// Name of the parameter, member or header at fault.
    var field: String?
    /// The limit that was exceeded.
    var limit: Int?
    /// Further members, as names and JSON texts.
    var members: [(String, String)] = []
    /// Further fields of the answer's head.
    var headers: [(String, String)] = []

    init(_ kind: Kind, status: Int? = nil, _ detail: String, field: String? = nil, limit: Int? = nil) {
        self.kind = kind
        self.status = status ?? kind.status
        self.detail = detail
        self.field = field
        self.limit = limit
    }

    /// The refusal of an input by its field.
    init(_ input: InvalidInput) {
        self.init(.badRequest, "\(input.description)", field: input.field)
    }

    /// The answer to a failed call of the store. The cause stays in the log.
    init(_ error: StoreError) {
        switch error.code {
        case .invalidInput(let input): self.init(input)
        case .unreadable: self.init(.internal, "A stored document can't be written out as text.")
        case .queueFull: self = .queueFull(error.message)
        case .locked: self.init(.overloaded, "Another transaction holds the job.")
        default:
            self.init(
                error.isTransient ? .storeAway : .internal,
                error.isTransient ? "The store can't be reached now." : "The store refused the call.")
        }
        if kind.status == 503 { headers = [("retry-after", "2")] }
    }

    /// Returns the body. `requestID` leads to the log; `prefix` stands in front of the server's paths.
    func text(requestID: String?, _ prefix: String) -> String {
        var pairs: [(String, String)] = [
            ("type", JSONPairs.literal("\(prefix)/problems/\(kind.rawValue)")),
            ("title", JSONPairs.literal(kind.title)),
            ("status", "\(status)"), ("detail", JSONPairs.literal(detail)),
        ]
        if let field { pairs.append(("field", JSONPairs.literal(field))) }
        if let limit { pairs.append(("limit", "\(limit)")) }
        if let requestID { pairs.append(("request_id", JSONPairs.literal(requestID))) }
        return JSONPairs(pairs + members).text
    }

    /// The refusal of an insert by a client that has as many waiting jobs as its queue allows.
    static func queueFull(_ words: String) -> Problem {
        var problem = Problem(.queueFull, words, field: "client_id")
        problem.headers = [("retry-after", "10")]
        return problem
    }

    static let notFound = Problem(.notFound, "There is no such job.")
    static let noRoute = Problem(.notFound, "There is nothing at this path.")
}

extension Problem.Kind {
    /// The status where the kind has only one; 422 for a bad request that could be read.
    var status: Int {
        switch self {
        case .badRequest: 422
        case .unauthenticated: 401
        case .forbidden: 403
        case .notFound: 404
        case .requestDiffers, .ended, .notEnded, .underWay, .noURL, .previewOutdated: 409
        case .pruned: 410
        case .tooLarge: 413
        case .unsupportedMediaType: 415
        case .misdirected: 421
        case .methodNotAllowed: 405
        case .timeout: 408
        case .uriTooLong: 414
        case .headTooLarge: 431
        case .rateLimited, .queueFull: 429
        case .internal: 500
        case .storeAway, .overloaded, .draining: 503
        }
    }

    /// The kind in a few words.
    var title: String {
        switch self {
        case .badRequest: "The request is not acceptable"
        case .unauthenticated: "A valid token is needed"
        case .forbidden: "The token doesn't permit this"
        case .notFound: "Not found"
        case .requestDiffers: "The request id stands for another request"
        case .pruned: "The job of the request is gone"
        case .ended: "The job has ended"
        case .notEnded: "The job has not ended"
        case .underWay: "A delivery is under way"
        case .noURL: "The job has no callback URL"
        case .previewOutdated: "The preview no longer holds"
        case .tooLarge: "The body is too large"
        case .unsupportedMediaType: "The body must be JSON"
        case .misdirected: "The server doesn't answer for this host"
        case .methodNotAllowed: "The path has no such method"
        case .timeout: "The request took too long"
        case .uriTooLong: "The target is too long"
        case .headTooLarge: "The head is too large"
        case .rateLimited: "Too many requests"
        case .queueFull: "The client has too many waiting jobs"
        case .internal: "The server failed"
        case .storeAway: "The store is away"
        case .overloaded: "The server has no room now"
        case .draining: "The server stops"
        }
    }

    /// The page under `/problems/`: meaning and remedy.
    var page: String {
        switch self {
        case .badRequest:
            "A parameter, header or member of the body is unknown or not acceptable. `field` names it, `detail` says why."
        case .unauthenticated:
            "Send `Authorization: Bearer ixt_…`. An operator makes tokens with `ixctl token create`. A token may have "
                + "run out, or may have been revoked."
        case .forbidden:
            "The token's role, client or right to documents doesn't cover the call, or a foreign page made it."
        case .notFound: "There is nothing at the path, or nothing that the token may see."
        case .requestDiffers:
            "A job with this client_id and request_id exists, with another request or callback URL. The first one stays. "
                + "Use a new request_id for a new job."
        case .pruned:
            "The request was made before. Its job, or the job that answered by its dedupe_key, has ended and is pruned; `job_id` "
                + "names it. Use a new request_id for a new job."
        case .ended: "The job has ended, and can't be cancelled."
        case .notEnded: "The job is pending or running; the call needs an ended job."
        case .underWay: "A daemon sends the callback at this moment. Try again a little later."
        case .noURL: "The job was inserted without a callback URL."
        case .previewOutdated:
            "The preview is over five minutes old, belongs to another caller, or meets many more jobs than it showed. "
                + "Make a new preview."
        case .tooLarge: "A request may have 1 MiB, and 64 KiB for the keys beside it. `limit` is the number of bytes."
        case .unsupportedMediaType: "Send `Content-Type: application/json`, or `application/x-ndjson` for a batch."
        case .misdirected: "Name the host in `[http] hosts`, or use an address."
        case .methodNotAllowed: "`Allow` lists the methods of the path."
        case .timeout: "Head or body came too slowly. The connection is closed."
        case .uriTooLong: "A target may have 8 KiB."
        case .headTooLarge: "A head may have 16 KiB and 64 fields."
        case .rateLimited: "`Retry-After` says when to try again."
        case .queueFull:
            "The client has as many waiting jobs in the queue as its `client_depth` allows. Nothing was inserted. Send the "
                + "same again after `Retry-After`: inserts are taken once fewer than nine tenths of the limit wait."
        case .internal: "A defect, or a setting of the database. The daemon's log has the cause under the `request_id`."
        case .storeAway:
            "The database can't be reached. An enqueue may or may not have been carried out: send the same again."
        case .overloaded: "Try again after `Retry-After`. An enqueue may be sent again without harm."
        case .draining: "The daemon stops or restarts. Send the request again."
        }
    }
}

extension Problem.Kind {
    /// True for a request that is turned away for a limit of the server.
    var isLimit: Bool {
        switch self {
        case .tooLarge, .timeout, .uriTooLong, .headTooLarge, .rateLimited, .queueFull, .overloaded, .draining: true
        default: false
        }
    }
}
