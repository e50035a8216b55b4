import FoundationEssentials
import HTTPTypes
import HummingbirdCore
import IXCore
import IXStore
import IXTelemetry
import Logging
import NIOCore
import NIOHTTP1
import Synchronization

/// Leads a request to its route, and every failure to a problem.
final class Dispatcher: Sendable {
    private let settings: ServerSettings
    private let access: Access
    private let router: Router
    private let meters: HTTPMeters?
    /// The counts of each route, by method and path.
    private let routeMeters: [String: RouteMeters]
    /// The counts of requests without a route.
    private let otherMeters: RouteMeters?
    private let logger: Logger
    private let shared = SharedAnswers()
    private let draining = Mutex(false)

    init(
        _ settings: ServerSettings, _ access: Access, _ routes: [Route], _ meters: HTTPMeters? = nil, _ logger: Logger
    ) {
        self.settings = settings
        self.access = access
        router = Router(routes)
        self.meters = meters
        otherMeters = meters?.route("none", "any")
        routeMeters = Dictionary(
            uniqueKeysWithValues: routes.compactMap { route in
                meters.map { (route.name, $0.route(route.path, route.method.rawValue)) }
            })
        self.logger = logger
    }

    /// From now on each answer ends its connection.
    func drain() { draining.withLock { $0 = true } }

    /// Answers a request of a connection. `isReserved` is true for a connection that may ask for health alone.
    func respond(_ request: Request, _ channel: any Channel, _ peer: Peer, isReserved: Bool) async throws -> Response {
        let id = Self.requestID(of: request)
        let started = ContinuousClock.now
        var answer: Answer
        var matched: Route?
        do {
            answer = try await self.answer(request, channel, peer, id: id, isReserved: isReserved, &matched)
        } catch let problem as Problem {
            if problem.kind.isLimit { meters?.rejected(problem.kind.rawValue) }
            answer = Answer(problem, requestID: id, settings.prefix)
        } catch let error as StoreError {
            report(error, id)
            answer = Answer(Problem(error), requestID: id, settings.prefix)
        } catch let input as InvalidInput {
            answer = Answer(Problem(input), requestID: id, settings.prefix)
        } catch let error where Self.isOfConnection(error) {
            throw error
        } catch {
            logger.log(.requestFailed, ["request": "\(id)", "error": "\(error)"])
            answer = Answer(Problem(.internal, "The server failed."), requestID: id, settings.prefix)
        }
        answer.headers = answer.headers.map { ($0, prefixed($0, $1)) }
        if let origin = access.sharedOrigin(request) {
            answer.headers += [("access-control-allow-origin", origin), ("vary", "origin")]
        }
        logger.debug(
            "request",
            metadata: [
                "request": "\(id)", "method": "\(request.method)", "path": "\(request.uri.path)",
                "status": .number(answer.status), "seconds": .seconds(ContinuousClock.now - started),
            ])
        count(answer, request, matched, since: started)
        let closes = isReserved || draining.withLock { $0 }
        return answer.response(requestID: id, closes: closes, isHead: request.method == .head)
    }

    private func answer(
        _ request: Request, _ channel: any Channel, _ peer: Peer, id: String, isReserved: Bool,
        _ matched: inout Route?
    ) async throws -> Answer {
        try access.checkHost(request)
        let target = request.head.path ?? ""
        let cut = target.firstIndex(of: "?") ?? target.endIndex
        guard target.hasPrefix(settings.prefix) else { throw Problem.noRoute }
        let path = target[..<cut].dropFirst(settings.prefix.count)
        if request.method == .options, let answer = preflight(request) { return answer }
        // The page's files lie beside it, so that the prefix ends in a slash there.
        guard !path.isEmpty else { return Answer(status: 308, headers: [("location", "/")], body: .none) }
        let (route, values) = try route(request.method, path)
        matched = route
        guard !isReserved || route.audience == .anonymous else { throw Problem.overloaded }
        try access.checkOrigin(request, isOwnOnly: route.audience == .anonymous)
        let text = cut < target.endIndex ? target[cut...].dropFirst() : nil
        // Health answers everyone, and tells details to the holders of tokens.
        let isOpen = route.audience == .anonymous && !(text.map(Query.asksForDetails) ?? false)
        let credential = isOpen ? .caller(.anonymous) : try access.credential(of: request, from: peer)
        let caller = try await access.caller(of: credential)
        try access.check(caller, may: route)
        let query = try Query(text, names: route.parameters)
        let call = Call(
            request: request, id: id, caller: caller, peer: peer, path: values, query: query, channel: channel,
            body: BodyReader(request, channel), access: access.watch(credential))
        guard route.isShared, let age = SharedAnswers.age(request.headers[.cacheControl]), !call.wantsLines else {
            return try await route.handler(call)
        }
        return try await shared.answer(SharedAnswers.Key(caller, target), within: age) { try await route.handler(call) }
    }

    private func count(
        _ answer: Answer, _ request: Request, _ route: Route?, since start: ContinuousClock.Instant
    ) {
        guard meters != nil else { return }
        let counts = route.flatMap { routeMeters[$0.name] } ?? otherMeters
        var isOpen = route?.parameters.contains("wait") == true && (request.head.path ?? "").contains("wait=")
        if case .stream = answer.body { isOpen = true }
        counts?.answered(answer.status, in: isOpen ? nil : .now - start)
    }

    /// Counts an answer that a connection gave before a request reached a route.
    func count(_ refusal: RawRefusal) {
        let kind = refusal.kind
        if kind.isLimit { meters?.rejected(kind.rawValue) }
        otherMeters?.answered(Int(refusal.status.code), in: nil)
    }

    private func route(_ method: HTTPRequest.Method, _ path: Substring) throws(Problem) -> (Route, [String]) {
        switch router.match(method, path) {
        case .found(let route, let values): return (route, values)
        case .none: throw .noRoute
        case .otherMethods(let methods):
            var problem = Problem(.methodNotAllowed, "The path has no \(method.rawValue).")
            problem.headers = [
                ("allow", (methods.contains("GET") ? methods + ["HEAD"] : methods).joined(separator: ", "))
            ]
            throw problem
        }
    }

    /// Answers a page's question whether it may call; nil for an origin that isn't listed.
    private func preflight(_ request: Request) -> Answer? {
        guard access.sharedOrigin(request) != nil else { return nil }
        return Answer(
            status: 204,
            headers: [
                ("access-control-allow-methods", "GET, POST, DELETE"),
                ("access-control-allow-headers", "authorization, content-type, idempotency-key, prefer, x-request-id"),
                ("access-control-max-age", "600"),
            ], body: .none)
    }

    /// Returns a field's value with the paths of this server under its prefix.
    private func prefixed(_ name: String, _ value: String) -> String {
        switch name {
        case "location": settings.prefix + value
        default: value
        }
    }

    /// True for an error of a connection that is gone: no answer can reach its peer.
    private static func isOfConnection(_ error: any Error) -> Bool {
        error is ChannelError || error is HTTPParserError || error is CancellationError
    }

    private func report(_ error: StoreError, _ id: String) {
        guard !error.isTransient, !error.isOfDocument else { return }
        logger.log(.requestFailed, ["request": "\(id)", "error": "\(error.debugDescription)"])
    }

    /// Returns the caller's id where it is fit for a log and a header, else a new one.
    private static func requestID(of request: Request) -> String {
        let given = HTTPField.Name("x-request-id").flatMap { request.headers[$0] } ?? ""
        let isFit = (1...128).contains(given.utf8.count) && given.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        return isFit ? given : UUID.random().uuidString.lowercased()
    }
}
