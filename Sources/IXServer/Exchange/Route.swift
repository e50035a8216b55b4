import HTTPTypes
import IXStore

/// A path and a method, with everything that a caller, the router and the API document need to know of both.
struct Route: Sendable {
    /// The methods of routes.
    enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case delete = "DELETE"
    }

    /// The callers that may use the route.
    enum Audience: Sendable, Equatable {
        /// Every caller, without a token.
        case anonymous
        /// Every caller with a token.
        case all
        /// Callers of these roles; operators always.
        case roles(Set<AccessRole>)
    }

    /// What a caller bound to a client sees.
    enum Scope: Sendable {
        /// Only its own client's jobs; the handler sees to it.
        case ofClient
        /// The whole queue: refused to a bound caller.
        case ofQueue
    }

    let method: Method
    /// The path, with parameters in braces: `/v1/jobs/{job_id}/cancel`.
    let path: String
    /// The name of the operation in the API document.
    let operation: String
    let audience: Audience
    let scope: Scope
    /// Names of the parameters behind the question mark.
    let parameters: [String]
    let handler: @Sendable (Call) async throws -> Answer
    /// True when callers that take an answer of a moment ago share one.
    private(set) var isShared = false

    /// The method and the path.
    var name: String { "\(method.rawValue) \(path)" }

    init(
        _ method: Method, _ path: String, _ operation: String, _ audience: Audience,
        _ scope: Scope = .ofClient, parameters: [String] = [],
        _ handler: @escaping @Sendable (Call) async throws -> Answer
    ) {
        self.method = method
        self.path = path
        self.operation = operation
        self.audience = audience
        self.scope = scope
        self.parameters = parameters
        self.handler = handler
    }

    /// The route with answers that callers may share, by `SharedAnswers`.
    var shared: Route {
        var route = self
        route.isShared = true
        return route
    }
}

/// Finds the route of a path.
struct Router: Sendable {
    /// The result of a search.
    enum Match {
        case found(Route, path: [String])
        /// The path has other methods.
        case otherMethods([String])
        case none
    }

    let routes: [Route]
    private let byCount: [Int: [(segments: [Substring], route: Route)]]

    init(_ routes: [Route]) {
        self.routes = routes
        byCount = Dictionary(grouping: routes.map { (segments: $0.path.split(separator: "/"), route: $0) }) {
            $0.segments.count
        }
    }

    /// Returns the route; a literal segment wins over a parameter, because routes are tried in the order of the table.
    func match(_ method: HTTPRequest.Method, _ path: Substring) -> Match {
        guard path.first == "/" else { return .none }
        let parts = path == "/" ? [] : path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        let candidates = byCount[parts.count] ?? []
        guard let first = candidates.first(where: { Self.values(parts, $0.segments) != nil }) else { return .none }
        // A literal path has its own methods alone, not those of a path whose parameter would fit as well.
        let routes = candidates.filter { $0.route.path == first.route.path }.map(\.route)
        guard
            let route = routes.first(where: {
                $0.method.rawValue == method.rawValue || method == .head && $0.method == .get
            })
        else { return .otherMethods(routes.map(\.method.rawValue)) }
        return .found(route, path: Self.values(parts, first.segments) ?? [])
    }

    private static func values(_ parts: [Substring], _ segments: [Substring]) -> [String]? {
        var values: [String] = []
        for (part, segment) in zip(parts, segments) {
            if segment.first == "{" {
                guard !part.isEmpty, let value = Query.decoded(part, plusIsBlank: false) else { return nil }
                values.append(value)
            } else if part != segment {
                return nil
            }
        }
        return values
    }
}
