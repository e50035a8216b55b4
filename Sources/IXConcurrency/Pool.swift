internal import DequeModule
internal import Synchronization

/// A fixed number of items, each lent to one user at a time, first come, first served.
///
/// Concurrency: safe from any task; waiting suspends and is not ended by cancellation.
package final class Pool<Item: Sendable>: Sendable {
    private struct State {
        var idle: [Item]
        var waiting: Deque<CheckedContinuation<Item, Never>> = []
    }

    private let state: Mutex<State>

    private let size: Int

    /// Creates a pool whose items are all idle.
    package init(_ items: [Item]) {
        size = items.count
        state = Mutex(State(idle: items))
    }

    /// The items in use, the idle items, and the users that wait for an item.
    package var counts: (busy: Int, idle: Int, waiting: Int) {
        state.withLock { (size - $0.idle.count, $0.idle.count, $0.waiting.count) }
    }

    /// Borrows every idle item for the time of `body`; items in use are left out.
    package func visitIdle(_ body: (Item) -> Void) {
        let idle = state.withLock { state in
            defer { state.idle = [] }
            return state.idle
        }
        for item in idle {
            body(item)
            giveBack(item)
        }
    }

    /// Suspends until an item is idle, runs `body` with it, and returns it to the pool even when `body` throws.
    nonisolated(nonsending) package func lend<Value: Sendable>(
        _ body: nonisolated(nonsending) (Item) async throws -> Value
    ) async rethrows -> Value {
        let item = await borrow()
        defer { giveBack(item) }
        return try await body(item)
    }

    nonisolated(nonsending) private func borrow() async -> Item {
        if let idle = state.withLock({ $0.idle.popLast() }) { return idle }
        return await withCheckedContinuation { continuation in
            let idle: Item? = state.withLock { state in
                if let idle = state.idle.popLast() { return idle }
                state.waiting.append(continuation)
                return nil
            }
            if let idle { continuation.resume(returning: idle) }
        }
    }

    private func giveBack(_ item: Item) {
        let next: CheckedContinuation<Item, Never>? = state.withLock { state in
            if let next = state.waiting.popFirst() { return next }
            state.idle.append(item)
            return nil
        }
        next?.resume(returning: item)
    }
}
