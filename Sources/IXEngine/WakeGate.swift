import Synchronization

/// Where idle workers wait for work: a hint wakes one, and one that found a job wakes the next two.
final class WakeGate: Sendable {
    private struct State {
        var waiting: [CheckedContinuation<Void, Never>] = []
        var hints: UInt64 = 0
    }

    private let state = Mutex(State())

    /// Taken before looking for work, so that a hint that comes meanwhile isn't lost.
    var ticket: UInt64 { state.withLock { $0.hints } }

    /// Set inside the lock, read by every job without it.
    private let drains = Atomic(false)

    var isDraining: Bool { drains.load(ordering: .acquiring) }

    /// Suspends until a hint later than `ticket`, or the drain.
    func wait(since ticket: UInt64) async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock {
                if $0.hints != ticket || isDraining { return true }
                $0.waiting.append(continuation)
                return false
            }
            if isOver { continuation.resume() }
        }
    }

    /// Work may have arrived.
    func hint() { hint(1) }

    /// So many jobs may have arrived: wakes as many idle workers.
    func hint(_ count: Int) {
        let waiters = state.withLock { state in
            state.hints += 1
            let waiters = Array(state.waiting.suffix(count))
            state.waiting.removeLast(waiters.count)
            return waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// There may be more where this came from: wakes two more idle workers, so that many are awake after a few rounds.
    func passOn() {
        for waiter in state.withLock({ [$0.waiting.popLast(), $0.waiting.popLast()] }) { waiter?.resume() }
    }

    /// Nobody claims any more.
    func drain() {
        let waiting = state.withLock { state in
            drains.store(true, ordering: .releasing)
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiter in waiting { waiter.resume() }
    }
}
