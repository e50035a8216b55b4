import Dispatch
import Glibc
import IXConcurrency
import IXStore

/// A connection that reconnects: connects at its first use, drops a broken link, and connects again at the next call.
///
/// libpq's calls block. A caller on a queue that may block (a worker on its own queue) makes the call right there,
/// without a hop. For all other callers the connection has a queue of its own.
///
/// `@unchecked Sendable`: only the holder of the lease touches `link`, and the pool lends a connection to a single
/// holder at a time.
final class PostgresConnection: @unchecked Sendable {
    private let queue = DispatchQueueExecutor(label: "ix.postgres").queue
    private let parameters: ConnectionParameters
    private var link: PostgresLink?
    private var lastUse = ContinuousClock.now
    /// The link of a call that was given up and may still be under way on the server. The link is kept until the call
    /// is known to have ended.
    private var stuck: PostgresLink?
    private var isClosed = false

    init(_ parameters: ConnectionParameters) { self.parameters = parameters }

    /// Runs `body` with the link. If `retrying`, `body` runs up to four more times after a deadlock or serialization
    /// failure.
    nonisolated(nonsending) func use<Value: Sendable>(
        retrying: Bool, _ body: @escaping @Sendable (PostgresLink, ConnectionParameters) throws -> Value
    ) async throws -> Value {
        if DispatchQueueExecutor.isCurrent { return try useHere(retrying: retrying, body) }
        return try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try self.useHere(retrying: retrying, body) }) }
        }
    }

    private func useHere<Value>(
        retrying: Bool, _ body: (PostgresLink, ConnectionParameters) throws -> Value
    ) throws -> Value {
        var tries = 0
        while true {
            let link = try connected()
            do {
                let value = try body(link, parameters)
                lastUse = .now
                if !link.isReusable { self.link = nil }  // the body left a transaction of its own open
                return value
            } catch let error as StoreError {
                if !link.isReusable || Self.leadsNowhere(error) { self.link = nil }
                // The server's own time limit sends a code, and the call has then ended on the server; only a call
                // without an answer is stuck.
                if error.code == .deadlineExceeded, error.storeCode.isEmpty, parameters.isPrepared { stuck = link }
                if Self.hasStalePlan(error) { self.link?.forgetStatements() }
                tries += 1
                guard retrying, error.code == .conflict, tries < 5 else { throw error }
                if !Self.hasStalePlan(error) { pauseBriefly() }
            } catch {
                if !link.isReusable { self.link = nil }
                throw error
            }
        }
    }

    /// Closes the connection for good. Requires: the caller holds the lease.
    func close() {
        isClosed = true
        link = nil
        stuck = nil
    }

    private func connected() throws(StoreError) -> PostgresLink {
        if let link, isAlive(link) { return link }
        link = nil
        guard !isClosed else { throw StoreError(.unavailable, operation: "connect", message: "the store is closed") }
        do {
            let fresh = try replacement() ?? PostgresLink.connect(parameters)
            fresh.interruptBlocked = parameters.interruptBlocked
            parameters.onConnect?()
            link = fresh
            lastUse = .now
            return fresh
        } catch let error as PostgresError {
            throw error.storeError("connect")
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(.internal, operation: "connect", message: "\(error)")
        }
    }

    /// Finds a connection that broke while idle, for instance because the server restarted, before any statement is
    /// sent on it. Such a break is no outage. Between two calls a server sends nothing but the end of the connection,
    /// perhaps with a last message first. A connection used less than 1 ms ago isn't checked.
    private func isAlive(_ link: PostgresLink) -> Bool {
        ContinuousClock.now - lastUse < .milliseconds(1) || !link.hasNews
    }

    /// Returns a fresh link in place of the stuck link, nil when none is stuck. Throws while the server keeps the
    /// abandoned call waiting for a standby.
    private func replacement() throws -> PostgresLink? {
        guard let stuck else { return nil }
        let fresh = stuck.hasNews ? nil : try StandbyWait.shared.look(at: stuck, parameters)
        self.stuck = nil
        return fresh
    }

    /// True for a server that is read-only (a failed-over primary), shutting down or starting: the next call connects
    /// again.
    private static func leadsNowhere(_ error: StoreError) -> Bool {
        error.storeCode == "25006" || error.storeCode.hasPrefix("57P") || error.storeCode.hasPrefix("08")
    }

    /// True when a column's type has changed since the statement was prepared.
    private static func hasStalePlan(_ error: StoreError) -> Bool { error.storeCode == "0A000" }

    /// Pauses 1 to 20 ms at random, so that two collided transactions don't collide again; this queue may block.
    private func pauseBriefly() { usleep(UInt32.random(in: 1_000...20_000)) }
}
