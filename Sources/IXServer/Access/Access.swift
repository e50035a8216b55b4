import HTTPTypes
import HummingbirdCore
import IXRepresentation
import IXStore

/// Finds out who calls, and refuses requests that a foreign page made.
final class Access: Sendable {
    private let settings: ServerSettings
    private let book: TokenBook
    private let rates: RequestRates

    init(_ settings: ServerSettings, _ book: TokenBook) {
        self.settings = settings
        self.book = book
        rates = RequestRates(settings.limits.rate)
    }

    /// Returns the caller behind a credential. Throws `unauthenticated` for a token or session that doesn't count.
    func caller(of credential: Credential) async throws(Problem) -> Caller {
        let caller = try await identify(credential)
        guard caller.rateKey.map(rates.take) ?? true else {
            throw .rateLimited("The token has used up its requests of this second.", seconds: 1)
        }
        return caller
    }

    /// Returns the watch of a credential that was let in.
    func watch(_ credential: Credential) -> AccessWatch { AccessWatch(book, credential) }

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

    /// Throws `forbidden` for an unsafe request that a browser sends for a foreign page. `isOwnOnly` refuses the listed
    /// origins, too.
    func checkOrigin(_ request: Request, isOwnOnly: Bool) throws(Problem) {
        guard !request.isSafe else { return }
        if let origin = request.headers[.origin] {
            guard isOwn(origin, request) || !isOwnOnly && settings.origins.contains(origin) else { throw .foreignPage }
        } else if let site = Self.site(request), site != "same-origin", site != "none" {
            throw .foreignPage
        }
    }

    /// The origin that may read the answer: a listed one; nil for every other.
    func sharedOrigin(_ request: Request) -> String? {
        request.headers[.origin].flatMap { settings.origins.contains($0) ? $0 : nil }
    }

    private func identify(_ credential: Credential) async throws(Problem) -> Caller {
        switch credential {
        case .caller(let caller): return caller
        case .token(let secret):
            guard let token = try await book.token(of: secret) else { throw .endedToken }
            return Caller(token, mask: settings.mask)
        case .session(let secret):
            guard let session = try await book.session(of: secret) else { throw endedSession }
            return Caller(session, mask: settings.mask)
        }
    }

    /// Returns what a request shows: the token, else the browser's cookie, else the operator at the other end of the
    /// service manager's socket file. Throws `unauthenticated` for none of them.
    func credential(of request: Request, from peer: Peer) throws(Problem) -> Credential {
        if settings.authentication == .off { return .caller(.local) }
        if let text = request.headers[.authorization] {
            let parts = text.split(separator: " ", omittingEmptySubsequences: true)
            guard parts.count == 2, parts[0].lowercased() == "bearer", let secret = TokenSecret(String(parts[1])) else {
                throw .endedToken
            }
            return .token(secret)
        }
        if let text = SessionCookie.text(in: request) { return .session(try browser(text, request)) }
        if let name = peer.operatorName { return .caller(Caller(operator: name)) }
        throw .unauthenticated("A token is needed.")
    }

    /// A browser sends its cookie for whatever page asks, so that an unsafe request must show a page of ours.
    private func browser(_ text: String, _ request: Request) throws(Problem) -> SessionSecret {
        if !request.isSafe {
            try checkOrigin(request, isOwnOnly: true)
            guard request.headers[.origin] != nil || Self.site(request) == "same-origin" else { throw .foreignPage }
        }
        guard let secret = SessionSecret(text) else { throw endedSession }
        return secret
    }

    private var endedSession: Problem {
        var problem = Problem.unauthenticated("The session is unknown or has ended.")
        problem.headers.append(SessionCookie(settings, isSecure: false).cleared)
        return problem
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
}

extension Request {
    /// True for a method that changes nothing.
    fileprivate var isSafe: Bool { method == .get || method == .head }
}

extension Problem {
    static func unauthenticated(_ detail: String) -> Problem {
        var problem = Problem(.unauthenticated, detail)
        problem.headers = [("www-authenticate", "Bearer")]
        return problem
    }

    static func rateLimited(_ detail: String, seconds: Int) -> Problem {
        var problem = Problem(.rateLimited, detail)
        problem.headers = [("retry-after", "\(seconds)")]
        return problem
    }

    fileprivate static let endedToken = unauthenticated("The token is unknown, revoked or has run out.")

    fileprivate static let foreignPage = Problem(.forbidden, "The request comes from a foreign page.")
}
