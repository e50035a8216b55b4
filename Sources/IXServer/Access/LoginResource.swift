import IXCore
import IXRepresentation
import IXStore
import IXTelemetry
import Logging

/// Browsers' sessions: the page for logging in, the start by a token or a link, and the end.
struct LoginResource: Sendable {
    let core: ServerCore
    private let failures = FailedLogins()

    init(core: ServerCore) { self.core = core }

    var routes: [Route] {
        let page = LoginPage.answer(core.settings.framing)
        return [
            Route(.get, "/login", "getLoginPage", .anonymous) { _ in page },
            Route(.post, "/login", "logIn", .anonymous) { try await logIn($0) },
            Route(.post, "/logout", "logOut", .all) { try await logOut($0) },
        ]
    }

    private func logIn(_ call: Call) async throws -> Answer {
        let body = try await call.object(["token", "link"])
        let (token, link) = (try body.text("token"), try body.text("link"))
        guard (token == nil) != (link == nil) else {
            throw InvalidInput("token", "is missing, or stands beside a link; give one of both")
        }
        let secret = SessionSecret()
        let opened =
            if let token {
                try await session(secret, byToken: token, call)
            } else {
                try await session(secret, byLink: link ?? "", call)
            }
        guard let opened else { throw refusal(call) }
        return .json(
            Caller(opened, mask: core.settings.mask).text(core.daemon.storeName),
            headers: [SessionCookie(core.settings, isSecure: call.peer.isSecure).field(secret)])
    }

    /// Opens a session for a token's holder; nil for a text that opens nothing.
    private func session(
        _ secret: SessionSecret, byToken text: String, _ call: Call
    ) async throws -> AccessSession? {
        guard let asked = TokenSecret(text), let token = try await core.book.token(of: asked) else { return nil }
        guard token.role != .metrics else { throw Problem(.forbidden, "A token for metrics opens no session.") }
        let session = AccessSession(
            hash: secret.hash, tokenID: token.id, actor: token.name, role: token.role, clientID: token.clientID,
            showsDocuments: token.showsDocuments, isLink: false, expiresAt: Self.end)
        return try await open(call) { _ in session }
    }

    /// Opens a session in place of a link, in the transaction that takes the link; nil for a text that opens nothing.
    private func session(
        _ secret: SessionSecret, byLink text: String, _ call: Call
    ) async throws -> AccessSession? {
        guard let asked = SessionSecret(text)?.hash else { return nil }
        let end = Self.end
        return try await open(call) { operations in
            guard let link = try operations.session(asked), link.isLink, try operations.endSession(asked) else {
                return nil
            }
            return AccessSession(
                hash: secret.hash, tokenID: link.tokenID, actor: link.actor, role: link.role, clientID: link.clientID,
                showsDocuments: link.showsDocuments, isLink: false, expiresAt: end)
        }
    }

    /// Inserts the session that `find` returns, with its entry of the audit, in one transaction.
    private func open(
        _ call: Call, _ find: @escaping @Sendable (any JobOperations) throws -> AccessSession?
    ) async throws -> AccessSession? {
        let (id, address) = (call.id, call.peer.address)
        let opened = try await core.writes.transaction { operations -> (AccessSession, AuditEntry)? in
            guard let session = try find(operations) else { return nil }
            let entry = AuditEntry(
                actor: session.actor, role: session.role.rawValue, action: "login", target: session.tokenID,
                requestID: id, address: address)
            try operations.insertSession(session)
            try operations.recordAudit(entry)
            return (session, entry)
        }
        guard let (session, entry) = opened else { return nil }
        core.logger.log(entry)
        return session
    }

    /// The end of a session that begins now.
    private static var end: String { (Timestamp.now + SessionCookie.lifetime).text }

    private func refusal(_ call: Call) -> Problem {
        guard let rest = failures.count(call.peer.address) else {
            return .unauthenticated("The token or link is unknown, was used, or has run out.")
        }
        return .rateLimited(
            "Too many logins from this address have failed.", seconds: Int(rest.components.seconds) + 1)
    }

    /// Ends the session of the cookie. A caller without a cookie has nothing to end.
    private func logOut(_ call: Call) async throws -> Answer {
        _ = try await call.object([])  // ignored: only that the body has no member
        let cookie = SessionCookie(core.settings, isSecure: call.peer.isSecure)
        guard let secret = SessionCookie.text(in: call.request).flatMap(SessionSecret.init) else { return .empty }
        let (hash, entry) = (secret.hash, call.auditEntry("logout", target: call.caller.tokenID))
        let isEnded = try await core.writes.transaction { operations -> Bool in
            guard try operations.endSession(hash) else { return false }
            try operations.recordAudit(entry)
            return true
        }
        core.book.forget(secret)
        if isEnded { core.logger.log(entry) }
        return Answer(status: 204, headers: [cookie.cleared], body: .none)
    }
}
