import Synchronization

/// A fixed number of things, handed out to one user at a time, first come first served.
package final class Pool<Item: Sendable>: Sendable {
    private struct State {
        var idle: [Item]
        var waiting: [CheckedContinuation<Item, Never>] = []
        var head = 0

        /// The one that has waited longest.
        mutating func next() -> CheckedContinuation<Item, Never>? {
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

    package init(_ items: [Item]) { state = Mutex(State(idle: items)) }

    /// Borrows all that nobody uses right now, for as long as `body` takes.
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

    package func lend<Value: Sendable>(_ body: (Item) async throws -> Value) async rethrows -> Value {
        let item = await borrow()
        defer { giveBack(item) }
        return try await body(item)
    }

    private func borrow() async -> Item {
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
            if let next = state.next() { return next }
            state.idle.append(item)
            return nil
        }
        next?.resume(returning: item)
    }
}
