import Synchronization

/// A fixed number of connections, handed out one user at a time, first come first served.
///
/// `@unchecked Sendable` isn't needed: what changes is behind the mutex.
final class PostgresPool: Sendable {
    private struct State {
        var idle: [PostgresConnection]
        var waiting: [CheckedContinuation<PostgresConnection, Never>] = []
        var head = 0

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
    private let all: [PostgresConnection]

    init(_ parameters: ConnectionParameters, size: Int) {
        all = (0..<size).map { _ in PostgresConnection(parameters) }
        state = Mutex(State(idle: all))
    }

    func use<Value: Sendable>(
        retrying: Bool, _ body: @escaping @Sendable (PostgresLink, ConnectionParameters) throws -> Value
    ) async throws -> Value {
        let connection = await borrow()
        defer { giveBack(connection) }
        return try await connection.use(retrying: retrying, body)
    }

    func close() async {
        for connection in all { await connection.close() }
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
            if let next = state.next() { return next }
            state.idle.append(connection)
            return nil
        }
        next?.resume(returning: connection)
    }
}
