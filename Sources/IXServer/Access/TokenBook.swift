import IXCore
import IXRepresentation
import IXStore
import IXTelemetry
import Logging

/// The tokens and the sessions of callers: those of the store, and the tokens of a file.
///
/// Guarantees: those of `RecentReadings`.
final class TokenBook: Sendable {
    private let calls: StoreCalls
    private let fixed: TokenList
    private let logger: Logger
    private let tokens = RecentReadings<AccessToken>()
    private let sessions = RecentReadings<AccessSession>()

    init(_ calls: StoreCalls, _ fixed: TokenList, _ logger: Logger) {
        self.calls = calls
        self.fixed = fixed
        self.logger = logger
    }

    /// Returns the token of a secret; nil for a secret that is unknown or has run out. Throws `store_away` when the
    /// answer can't be known.
    func token(of secret: TokenSecret) async throws(Problem) -> AccessToken? {
        if let token = fixed.token(secret.hash) { return token.counts(at: .now) ? token : nil }
        let id = secret.id
        let found = try await reading(tokens, id) { operations in
            let token = try operations.token(id)
            if let token, token.lastUsedOn != String(Timestamp.now.text.prefix(10)) {
                // ignored: the day of use is for people, and may stay a day behind
                try? operations.noteUse([id])
            }
            return token
        }
        guard let found, Self.areEqual(found.hash, secret.hash), found.counts(at: .now) else { return nil }
        return found
    }

    /// Returns the session of a secret; nil for a secret that is unknown, stands for a link, or has run out. Throws as
    /// `token(of:)` does.
    func session(of secret: SessionSecret) async throws(Problem) -> AccessSession? {
        let hash = secret.hash
        guard let session = try await reading(sessions, hash, { try $0.session(hash) }), counts(session) else {
            return nil
        }
        return session
    }

    /// Forgets a session that has been ended here.
    func forget(_ secret: SessionSecret) { sessions.forget(secret.hash) }

    private func counts(_ session: AccessSession) -> Bool {
        guard !session.isLink, let end = Timestamp(session.expiresAt), Timestamp.now < end else { return false }
        guard let id = session.tokenID, TokenList.isOwn(id) else { return true }
        return fixed.token(id: id)?.counts(at: .now) ?? false
    }

    private func reading<Value: Sendable>(
        _ readings: RecentReadings<Value>, _ key: String,
        _ read: @escaping @Sendable (any JobOperations) throws -> Value?
    ) async throws(Problem) -> Value? {
        do {
            return try await readings.value(key) { try await calls.perform(read) }
        } catch let problem as Problem {
            throw problem
        } catch let error as StoreError where !error.isTransient {
            // Above all an account without the role ix_server: no caller can correct that, and none is at fault.
            logger.log(.requestFailed, ["request": "access", "error": "\(error.debugDescription)"])
            throw Problem(error)
        } catch {
            throw Problem(.storeAway, "The caller can't be checked: the store can't be reached now.")
        }
    }

    /// Compares without telling by its time where the texts differ.
    private static func areEqual(_ left: String, _ right: String) -> Bool {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        return left.count == right.count && zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

extension AccessToken {
    /// True while the token has not run out. An end that can't be read has passed.
    fileprivate func counts(at now: Timestamp) -> Bool {
        guard let expiresAt else { return true }
        return Timestamp(expiresAt).map { now < $0 } ?? false
    }
}
