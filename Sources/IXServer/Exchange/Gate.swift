import IXCore
import IXStore
import Synchronization

/// A number of slots, each held by one task at a time, first come, first served. A task that finds no slot in time
/// is turned away.
///
/// Concurrency: safe from any task.
final class Gate: Sendable {
    private struct State {
        var free: Int
        var next = 0
        var waiting: [(ticket: Int, continuation: CheckedContinuation<Bool, Never>)] = []
    }

    private let state: Mutex<State>
    private let queue: Int
    private let limit: Duration

    /// Creates a gate with `slots`; at most `queue` tasks wait, each for `limit`.
    init(slots: Int, queue: Int, limit: Duration) {
        state = Mutex(State(free: slots))
        self.queue = queue
        self.limit = limit
    }

    /// Runs `body` in a slot. Throws `Problem` `overloaded` when none became free in time.
    func pass<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        guard await enter() else { throw Problem.overloaded }
        defer { leave() }
        return try await body()
    }

    private func enter() async -> Bool {
        let ticket: Int? = state.withLock { state in
            if state.free > 0 {
                state.free -= 1
                return nil
            }
            state.next += 1
            return state.next
        }
        guard let ticket else { return true }
        let timer = Task { [limit] in
            try await Task.sleep(for: limit)
            turnAway(ticket)
        }
        defer { timer.cancel() }
        return await withCheckedContinuation { continuation in
            let answer: Bool? = state.withLock { state in
                if state.free > 0 {
                    state.free -= 1
                    return true
                }
                guard state.waiting.count < queue else { return false }
                state.waiting.append((ticket, continuation))
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    private func turnAway(_ ticket: Int) {
        let waiter = state.withLock { state in
            state.waiting.firstIndex { $0.ticket == ticket }.map { state.waiting.remove(at: $0).continuation }
        }
        waiter?.resume(returning: false)
    }

    private func leave() {
        let next: CheckedContinuation<Bool, Never>? = state.withLock { state in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst().continuation }
            state.free += 1
            return nil
        }
        next?.resume(returning: true)
    }
}

extension Problem {
    static var overloaded: Problem {
        var problem = Problem(.overloaded, "The server has no room for the request now.")
        problem.headers = [("retry-after", "1")]
        return problem
    }
}

/// Calls of the store within the server's limits, with the store's errors as problems.
final class StoreCalls: Sendable {
    private let store: any JobStore
    private let gate: Gate

    /// Creates calls on `store`, of which at most `width` are under way.
    init(_ store: any JobStore, width: Int, _ limits: ServerLimits) {
        self.store = store
        gate = Gate(slots: width, queue: limits.queue, limit: limits.queueTime)
    }

    /// Runs `body`, each operation in a transaction of its own.
    func perform<Value: Sendable>(
        _ body: @escaping @Sendable (any JobOperations) throws -> Value
    ) async throws -> Value {
        try await gate.pass { try await store.perform(body) }
    }

    /// Runs `body` in one transaction.
    func transaction<Value: Sendable>(
        _ body: @escaping @Sendable (any JobOperations) throws -> Value
    ) async throws -> Value {
        try await gate.pass { try await store.transaction(body) }
    }
}
