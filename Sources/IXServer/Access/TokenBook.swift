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
        return Self.counting(try await reading { try await tokens.value(secret.id, reader(secret)) }, secret)
    }

    /// Returns the session of a secret; nil for a secret that is unknown, stands for a link, or has run out. Throws as
    /// `token(of:)` does.
    func session(of secret: SessionSecret) async throws(Problem) -> AccessSession? {
        let session = try await reading { try await sessions.value(secret.hash, reader(secret)) }
        return session.flatMap { counts($0) ? $0 : nil }
    }

    /// True for a credential that counts by a recent reading, false for one that has ended; nil when it must be read.
    func recent(_ credential: Credential) -> Bool? {
        switch credential {
        case .caller: return true
        case .token(let secret):
            if let token = fixed.token(secret.hash) { return token.counts(at: .now) }
            return tokens.recent(secret.id).map { Self.counting($0, secret) != nil }
        case .session(let secret): return sessions.recent(secret.hash).map { $0.map(counts) ?? false }
        }
    }

    /// Reads a credential again, once for all who ask at the moment. The task ends when the reading has ended, in
    /// whatever way.
    func refresh(_ credential: Credential) -> Task<Void, Never> {
        Task {
            // ignored: a store that is away, of which the next request is told
            switch credential {
            case .caller: break
            case .token(let secret): _ = try? await tokens.reading(of: secret.id, reader(secret)).value
            case .session(let secret): _ = try? await sessions.reading(of: secret.hash, reader(secret)).value
            }
        }
    }

    /// Forgets a session that has been ended here.
    func forget(_ secret: SessionSecret) { sessions.forget(secret.hash) }

    private func counts(_ session: AccessSession) -> Bool {
        guard !session.isLink, let end = Timestamp(session.expiresAt), Timestamp.now < end else { return false }
        guard let id = session.tokenID, TokenList.isOwn(id) else { return true }
        return fixed.token(id: id)?.counts(at: .now) ?? false
    }

    private func reader(_ secret: TokenSecret) -> @Sendable () async throws -> AccessToken? {
        { [calls, id = secret.id] in
            try await calls.perform { operations in
                let token = try operations.token(id)
                if let token, token.lastUsedOn != String(Timestamp.now.text.prefix(10)) {
                    // ignored: the day of use is for people, and may stay a day behind
                    try? operations.noteUse([id])
                }
                return token
            }
        }
    }

    private func reader(_ secret: SessionSecret) -> @Sendable () async throws -> AccessSession? {
        { [calls, hash = secret.hash] in try await calls.perform { try $0.session(hash) } }
    }

    private func reading<Value: Sendable>(_ read: () async throws -> Value?) async throws(Problem) -> Value? {
        do {
            return try await read()
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

    private static func counting(_ token: AccessToken?, _ secret: TokenSecret) -> AccessToken? {
        guard let token, areEqual(token.hash, secret.hash), token.counts(at: .now) else { return nil }
        return token
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
