import HTTPTypes
import HummingbirdCore
import IXRepresentation
import IXStore
import Logging

/// Finds out who calls, and refuses requests that a foreign page made.
final class Access: Sendable {
    private let settings: ServerSettings
    private let book: TokenBook

    init(_ settings: ServerSettings, _ calls: StoreCalls, _ logger: Logger) {
        self.settings = settings
        book = TokenBook(calls, logger)
    }

    /// Returns the caller. Throws `unauthenticated` without a valid token.
    func caller(of request: Request) async throws(Problem) -> Caller {
        if settings.authentication == .off { return .local }
        guard let text = request.headers[.authorization] else { throw Self.unauthenticated("A token is needed.") }
        let parts = text.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bearer", let secret = TokenSecret(String(parts[1])),
            let token = try await book.token(of: secret)
        else { throw Self.unauthenticated("The token is unknown, revoked or has run out.") }
        return Caller(token, mask: settings.mask)
    }

    /// Throws `forbidden` when the caller's role or client doesn't cover the route.
    func check(_ caller: Caller, may route: Route) throws(Problem) {
        switch route.audience {
        case .anonymous: return
        case .all: break
        case .roles(let roles):
            guard let role = caller.role, role == .operator || roles.contains(role) else {
                throw Problem(.forbidden, "The token's role is \(caller.role?.rawValue ?? "none").")
            }
        }
        if case .ofQueue = route.scope, caller.clientID != nil {
            throw Problem(.forbidden, "The token is bound to a client, and the path shows the whole queue.")
        }
    }

    /// Throws `misdirected` for a host that the server doesn't answer for: a foreign name may point here without the
    /// operator's will.
    func checkHost(_ request: Request) throws(Problem) {
        guard let authority = request.head.authority, !authority.isEmpty else { return }
        guard let name = HostName.name(of: authority),
            name == "localhost" || HostName.isLiteral(name)
                || settings.hosts.contains(where: { $0.lowercased() == name })
        else { throw Problem(.misdirected, "The server doesn't answer for the host of the request.") }
    }

    /// Throws `forbidden` for an unsafe request that a browser sends for a foreign page.
    func checkOrigin(_ request: Request) throws(Problem) {
        guard request.method != .get, request.method != .head else { return }
        let foreign = Problem(.forbidden, "The request comes from a foreign page.")
        if let origin = request.headers[.origin] {
            guard isOwn(origin, request) || settings.origins.contains(origin) else { throw foreign }
        } else if let site = Self.site(request), site != "same-origin", site != "none" {
            throw foreign
        }
    }

    /// The origin that may read the answer: a listed one; nil for every other.
    func sharedOrigin(_ request: Request) -> String? {
        request.headers[.origin].flatMap { settings.origins.contains($0) ? $0 : nil }
    }

    private func isOwn(_ origin: String, _ request: Request) -> Bool {
        let parts = origin.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard let authority = request.head.authority, parts.count == 3, ["http:", "https:"].contains(parts[0]) else {
            return false
        }
        guard Self.site(request) ?? "same-origin" == "same-origin" else { return false }
        return parts[2].lowercased() == authority.lowercased()
    }

    private static func site(_ request: Request) -> String? {
        HTTPField.Name("sec-fetch-site").flatMap { request.headers[$0] }
    }

    private static func unauthenticated(_ detail: String) -> Problem {
        var problem = Problem(.unauthenticated, detail)
        problem.headers = [("www-authenticate", "Bearer")]
        return problem
    }
}
