import Synchronization

/// A fixed number of connections, handed out one user at a time, first come first served.
///
final class PostgresPool: Sendable {
    private struct State {
        var idle: [PostgresConnection]
        var waiting: [CheckedContinuation<PostgresConnection, Never>] = []
        var head = 0
        var isClosed = false

        /// The one that has waited longest.
        mutating func next() -> CheckedContinuation<PostgresConnection, Never>? {
            guard head < waiting.count else { return nil }
            defer { compact() }
            return waiting[head]
        }

        /// Drops the served head of the queue now and then instead of shifting it every time.
        private mutating func compact() {
            head += 1
            guard head > 64, head * 2 > waiting.count else { return }
            waiting.removeFirst(head)
            head = 0
        }
    }

    private let state: Mutex<State>

    init(_ parameters: ConnectionParameters, size: Int) {
        state = Mutex(State(idle: (0..<size).map { _ in PostgresConnection(parameters) }))
    }

    func use<Value: Sendable>(
        retrying: Bool, _ body: @escaping @Sendable (PostgresLink, ConnectionParameters) throws -> Value
    ) async throws -> Value {
        let connection = await borrow()
        defer { giveBack(connection) }
        return try await connection.use(retrying: retrying, body)
    }

    func close() {
        // Those in use are closed when they are given back.
        let idle = state.withLock { state in
            state.isClosed = true
            return state.idle
        }
        for connection in idle { connection.close() }
    }

    private func borrow() async -> PostgresConnection {
        if let idle = state.withLock({ $0.idle.popLast() }) { return idle }
        return await withCheckedContinuation { continuation in
            let idle: PostgresConnection? = state.withLock { state in
                if let idle = state.idle.popLast() { return idle }
                state.waiting.append(continuation)
                return nil
            }
            if let idle { continuation.resume(returning: idle) }
        }
    }

    private func giveBack(_ connection: PostgresConnection) {
        let next: CheckedContinuation<PostgresConnection, Never>? = state.withLock { state in
            if state.isClosed { connection.close() }
            if let next = state.next() { return next }
            state.idle.append(connection)
            return nil
        }
        next?.resume(returning: connection)
    }
}
