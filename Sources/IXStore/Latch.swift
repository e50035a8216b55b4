import Synchronization

/// Opens once; waiting ends when it opens or the time is up.
package final class Latch: Sendable {
    private struct State {
        var next = 0
        var waiting: [Int: CheckedContinuation<Bool, Never>] = [:]
        /// Waits whose time was up before they had begun to wait.
        var expired: Set<Int> = []
    }

    private let state = Mutex(State())

    package init() {}

    /// Set inside the lock, read without it.
    private let opened = Atomic(false)

    package var isOpen: Bool { opened.load(ordering: .acquiring) }

    package func open() {
        let waiting = state.withLock { state in
            opened.store(true, ordering: .releasing)
            defer { state.waiting = [:] }
            return state.waiting
        }
        for waiter in waiting.values { waiter.resume(returning: true) }
    }

    /// Suspends until it opens.
    package func wait() async {
        // Far enough away for a process's life, near enough for the clock's arithmetic.
        while await !wait(upTo: .seconds(86_400)) {}
    }

    /// Whether it opened within `limit`.
    @discardableResult
    package func wait(upTo limit: Duration) async -> Bool {
        let ticket = state.withLock {
            $0.next += 1
            return $0.next
        }
        let timer = Task {
            try await Task.sleep(for: limit)
            expire(ticket)
        }
        defer { timer.cancel() }
        return await withCheckedContinuation { continuation in
            let isOpen: Bool? = state.withLock { state in
                if self.isOpen { return true }
                if state.expired.remove(ticket) != nil { return false }
                state.waiting[ticket] = continuation
                return nil
            }
            if let isOpen { continuation.resume(returning: isOpen) }
        }
    }

    private func expire(_ ticket: Int) {
        let waiter = state.withLock { state in
            let waiter = state.waiting.removeValue(forKey: ticket)
            if waiter == nil, !isOpen { state.expired.insert(ticket) }
            return waiter
        }
        waiter?.resume(returning: false)
    }
}
