import CLibPQ
import Glibc
import IXConcurrency
import IXStore
import Synchronization

/// Detects a call that was given up while its commit waits for a synchronous standby. Such a commit is complete but for
/// the standby's reply. The server keeps the backend until the standby is back or off the list, and a second connection
/// would only wait, too.
///
/// Concurrency: the process has a single instance, whose question uses a connection of its own. No call waits longer
/// for its turn than the connect timeout, because a host may be silent while another answers.
final class StandbyWait: Sendable {
    static let shared = StandbyWait()

    private struct Waiting {
        let server: String
        let error: StoreError
        let until: ContinuousClock.Instant
    }

    /// An answer holds for the further calls that wait at the same server, too.
    private static let age = Duration.seconds(2)
    private let answer = Mutex<Waiting?>(nil)
    private let turn = TimedSemaphore(value: 1)

    /// Throws when the backend still waits for a standby; otherwise returns the fresh connection that asked. Blocks for
    /// its turn and for as long as a connection takes.
    func look(
        at stuck: PostgresLink, _ parameters: ConnectionParameters
    ) throws(StoreError) -> PostgresLink {
        let server = stuck.server
        let hasTurn = turn.wait(upTo: parameters.connectTimeout)
        defer { if hasTurn { turn.signal() } }
        if let known = answer.withLock({ $0 }), known.server == server, known.until > .now { throw known.error }
        let (link, waiting) = try Self.ask(stuck.backend, parameters)
        guard let waiting else { return link }
        answer.withLock { $0 = Waiting(server: server, error: waiting, until: .now + Self.age) }
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
    /// The server's process id for this connection.
    var backend: Int32 { PQbackendPID(handle) }

    /// The host and the port that this connection has chosen of its address.
    var server: String {
        let host = PQhost(handle).map { String(cString: $0) } ?? ""
        let port = PQport(handle).map { String(cString: $0) } ?? ""
        return host + ":" + port
    }

    /// True when bytes have arrived since the last result was read. Between two calls, bytes mean that the connection
    /// has ended; after an abandoned call, that the call has ended.
    var hasNews: Bool {
        var descriptor = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
        return poll(&descriptor, 1, 0) != 0
    }
}
