import CLibPQ
import Dispatch
import Glibc
import IXStore
import Synchronization

/// Whether a call that was given up waits for a synchronous standby: its commit is done but for that, the server keeps its backend
/// until the standby is back or taken off the list, and another connection would only wait beside it.
///
/// One for the process, and one connection that asks, for as long as a question takes. No call waits longer for its turn than a
/// host may take to connect, because a silent host tells nothing, and another may answer.
final class StandbyWait: Sendable {
    static let shared = StandbyWait()

    private struct Verdict {
        let error: StoreError
        let until: ContinuousClock.Instant
    }

    /// An answer holds for the others that wait, too.
    private static let age = Duration.seconds(2)
    private let verdict = Mutex<Verdict?>(nil)
    private let turn = DispatchSemaphore(value: 1)

    /// Throws when the backend still waits. Blocks for its turn and for as long as a connection takes; a fresh connection that
    /// found it doesn't wait comes back for use.
    func look(
        at backend: Int32, _ parameters: ConnectionParameters
    ) throws(StoreError) -> PostgresLink {
        let limit = Int(Deadline(after: parameters.connectTimeout).milliseconds)
        let hasTurn = turn.wait(timeout: .now() + .milliseconds(limit)) == .success
        defer { if hasTurn { turn.signal() } }
        if let verdict = verdict.withLock({ $0 }), verdict.until > .now { throw verdict.error }
        let (link, waiting) = try Self.ask(backend, parameters)
        guard let waiting else { return link }
        verdict.withLock { $0 = Verdict(error: waiting, until: .now + Self.age) }
        throw waiting
    }

    private static func ask(
        _ backend: Int32, _ parameters: ConnectionParameters
    ) throws(StoreError) -> (PostgresLink, StoreError?) {
        do throws(PostgresError) {
            let link = try PostgresLink.connect(parameters)
            let rows = try link.query(
                """
                SELECT current_setting('synchronous_standby_names') FROM pg_stat_activity
                 WHERE pid = $1::integer AND wait_event = 'SyncRep'
                """, ["\(backend)"], by: Deadline(after: parameters.callTimeout))
            return (link, rows.first.map { waiting(for: $0.text(at: 0) ?? "") })
        } catch {
            throw error.storeError("connect")
        }
    }

    private static func waiting(for names: String) -> StoreError {
        StoreError(
            .unavailable, operation: "commit",
            message: "commits wait for a synchronous standby that is not there (synchronous_standby_names = '\(names)')"
        )
    }
}

extension PostgresLink {
    /// The number of the server's process that serves it.
    var backend: Int32 { PQbackendPID(handle) }

    /// Whether the server, or the network, has said anything since the last answer was read: between two calls, that the
    /// connection is over; after a call that was given up, that it has come to an end.
    var hasNews: Bool {
        var descriptor = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
        return poll(&descriptor, 1, 0) != 0
    }
}
