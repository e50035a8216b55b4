import Synchronization

/// A gate that opens once and stays open. A wait ends when the latch opens or its time is up.
///
/// Concurrency: safe from any task. Cancelling a waiting task doesn't end its wait.
package final class Latch: Sendable {
    private struct State {
        var next = 0
        var waiting: [Int: CheckedContinuation<Bool, Never>] = [:]
        /// Tickets of waits whose time was up before their continuation was stored.
        var expired: Set<Int> = []
    }

    private let state = Mutex(State())

    /// Creates a closed latch.
    package init() {}

    /// Written under the lock, read without it.
    private let opened = Atomic(false)

    /// True once the latch has opened. Takes no lock.
    package var isOpen: Bool { opened.load(ordering: .acquiring) }

    /// Opens the latch and resumes every waiting task. Later calls do nothing.
    package func open() {
        let waiting = state.withLock { state in
            opened.store(true, ordering: .releasing)
            defer { state.waiting = [:] }
            return state.waiting
        }
        for waiter in waiting.values { waiter.resume(returning: true) }
    }

    /// Suspends until the latch opens.
    package func wait() async {
        // In steps of a day: rare enough to cost nothing, and short enough for the clock's arithmetic.
        while await !wait(upTo: .seconds(86_400)) {}
    }

    /// Suspends until the latch opens or `limit` has passed. Returns true when it opened.
    @discardableResult
    package func wait(upTo limit: Duration) async -> Bool {
        let ticket = state.withLock {
            $0.next += 1
            return $0.next
        }
        let timer = OneShotTimer(after: limit) { [self] in expire(ticket) }
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
