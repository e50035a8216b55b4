import Dispatch
import Glibc
import IXStore

/// A connection that comes back: connects when first used, drops what is broken, reconnects at the next call.
///
/// libpq's work blocks. A user that runs where blocking is allowed (a worker on its own queue) does the work right there,
/// without a hop; for everybody else the connection has a queue of its own.
///
/// `@unchecked Sendable`: whoever owns the lease (the pool hands out one at a time) is the only one to touch `link`.
final class PostgresConnection: @unchecked Sendable {
    private let queue = DispatchQueueExecutor(label: "ix.postgres").queue
    private let parameters: ConnectionParameters
    private var link: PostgresLink?
    private var lastUse = ContinuousClock.now
    /// Its last call was given up and may still be under way on the server; kept until it is known that it is not.
    private var stuck: PostgresLink?
    private var isClosed = false

    init(_ parameters: ConnectionParameters) { self.parameters = parameters }

    /// Runs `body` with the link; after a deadlock or serialization failure up to four times more, if `retrying`.
    func use<Value: Sendable>(
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
                // Not the server's own limit, which is over when it answers so.
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

    /// For the owner of the lease.
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
            fresh.lockWatch = parameters.lockWatch
            link = fresh
            lastUse = .now
            return fresh
        } catch let error as PostgresError {
            throw error.storeError("connect")
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(.fault, operation: "connect", message: "\(error)")
        }
    }

    /// A connection that broke while it was idle, with a server that restarted perhaps, is no outage: it is found out before
    /// anything is sent on it. A server has nothing to say between two calls but that; its last words may come before the end.
    /// One that was used a moment ago isn't looked at.
    private func isAlive(_ link: PostgresLink) -> Bool {
        ContinuousClock.now - lastUse < .milliseconds(1) || !link.hasNews
    }

    /// In place of one whose last call was given up. Throws while the server still keeps that call waiting for a standby.
    private func replacement() throws -> PostgresLink? {
        guard let stuck else { return nil }
        let fresh = stuck.hasNews ? nil : try StandbyWait.shared.look(at: stuck.backend, parameters)
        self.stuck = nil
        return fresh
    }

    /// A server that is read-only (a failed-over primary), shutting down or starting: the next call finds another.
    private static func leadsNowhere(_ error: StoreError) -> Bool {
        error.storeCode == "25006" || error.storeCode.hasPrefix("57P") || error.storeCode.hasPrefix("08")
    }

    /// A column got another type since the statement was prepared.
    private static func hasStalePlan(_ error: StoreError) -> Bool { error.storeCode == "0A000" }

    /// Two that collided must not collide again; this queue may block.
    private func pauseBriefly() { usleep(UInt32.random(in: 1_000...20_000)) }
}
