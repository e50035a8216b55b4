import FoundationEssentials
import IXCore
import IXRepresentation
import IXStore
import IXTelemetry
import Logging
import Synchronization

/// The tokens that callers showed lately.
///
/// Guarantees: a revoked token is refused within `fresh`. While the store is away, a token seen within `kept` counts.
final class TokenBook: Sendable {
    private struct Entry {
        let token: AccessToken?
        let at: ContinuousClock.Instant
    }

    private static let fresh: Duration = .seconds(5)
    private static let kept: Duration = .seconds(600)
    private static let most = 10_000

    private let calls: StoreCalls
    private let logger: Logger
    private let entries = Mutex<[String: Entry]>([:])

    init(_ calls: StoreCalls, _ logger: Logger) {
        self.calls = calls
        self.logger = logger
    }

    /// Returns the token of a secret; nil for a secret that is unknown or has run out. Throws `store_away` when the
    /// answer can't be known.
    func token(of secret: TokenSecret) async throws(Problem) -> AccessToken? {
        guard let token = try await find(secret.id), Self.areEqual(token.hash, secret.hash) else { return nil }
        guard let end = token.expiresAt.flatMap(Timestamp.init) else { return token }
        return Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)) < end ? token : nil
    }

    private func find(_ id: String) async throws(Problem) -> AccessToken? {
        let now = ContinuousClock.now
        let entry = entries.withLock { $0[id] }
        if let entry, now - entry.at < Self.fresh { return entry.token }
        do {
            let token = try await calls.perform { operations in
                let token = try operations.token(id)
                let today = String(
                    Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)).text.prefix(10))
                if let token, token.lastUsedOn != today {
                    // ignored: the day of use is for people, and may stay a day behind
                    try? operations.noteUse([id])
                }
                return token
            }
            entries.withLock { entries in
                if entries.count >= Self.most { entries = [:] }
                entries[id] = Entry(token: token, at: now)
            }
            return token
        } catch {
            if let entry, entry.token != nil, now - entry.at < Self.kept { return entry.token }
            if let problem = error as? Problem { throw problem }
            // Above all an account without the role ix_server: no caller can correct that, and none is at fault.
            if let error = error as? StoreError, !error.isTransient {
                logger.log(.requestFailed, ["request": "token", "error": "\(error.debugDescription)"])
                throw Problem(error)
            }
            throw Problem(.storeAway, "The token can't be checked: the store can't be reached now.")
        }
    }

    /// Compares without telling by its time where the texts differ.
    private static func areEqual(_ left: String, _ right: String) -> Bool {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        return left.count == right.count && zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
