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

    func use<Value: Sendable>(
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
