import CLinux
import Glibc
import IXConcurrency
import IXStore
import Synchronization

/// A fixed number of connections, each lent to a single user at a time, first come first served.
final class PostgresPool: Sendable {
    private let connections: Pool<PostgresConnection>
    private let isClosed = Mutex(false)

    init(_ parameters: ConnectionParameters, size: Int) {
        connections = Pool((0..<size).map { _ in PostgresConnection(parameters) })
    }

    var counts: ConnectionCounts { ConnectionCounts(connections.counts) }

    nonisolated(nonsending) func use<Value: Sendable>(
        retrying: Bool, _ body: @escaping @Sendable (PostgresLink, ConnectionParameters) throws -> Value
    ) async throws -> Value {
        try await connections.lend { connection in
            // A connection in use during `close` is closed here.
            defer { if isClosed.withLock({ $0 }) { connection.close() } }
            return try await connection.use(retrying: retrying, body)
        }
    }

    func close() {
        isClosed.withLock { $0 = true }
        connections.visitIdle { $0.close() }
    }
}

/// `ThreadUser` changes the user of the calling thread for a moment, so that a server with `peer` authentication sees
/// the changed user. Files are still read with root's rights.
enum ThreadUser {
    /// Runs `body` as the user. A nil user, or a process that doesn't run as root, runs `body` unchanged.
    static func with<Value>(_ user: uid_t?, _ body: () throws(PostgresError) -> Value) throws(PostgresError) -> Value {
        guard let user, geteuid() == 0, ix_thread_take_user(user) == 0 else { return try body() }
        defer { if ix_thread_take_user(0) != 0 { fatalError("root's rights can't be taken back") } }
        return try body()
    }
}
