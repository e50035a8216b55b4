import Dispatch
import Synchronization

/// Where idle workers wait for work: a hint wakes one, and one that found a job wakes the next two; where other daemons wake
/// for the same hint, it waits a moment for a sign that there is no more, and wakes one.
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
        guard count > 0 else { return }
        let waiters = state.withLock { state in
            state.hints += 1
            let waiters = Array(state.waiting.suffix(count))
            state.waiting.removeLast(waiters.count)
            return waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Whether other daemons look for the same jobs.
    var hasNeighbours: Bool {
        get { neighbours.load(ordering: .relaxed) }
        set { neighbours.store(newValue, ordering: .relaxed) }
    }

    private let neighbours = Atomic(false)
    /// Claims that brought nothing.
    private let empties = Atomic<UInt64>(0)
    private let timer = DispatchQueue(label: "ix.wake")
    /// A short job's end has asked for the next one by then.
    private static let moment = DispatchTimeInterval.milliseconds(4)

    /// A claim brought nothing: what was found before it was the last.
    func cameBackEmpty() { empties.add(1, ordering: .relaxed) }

    /// There may be more where this came from.
    func passOn() {
        guard hasNeighbours else { return wakeNext() }
        guard state.withLock({ !$0.waiting.isEmpty }) else { return }
        let seen = empties.load(ordering: .relaxed)
        timer.asyncAfter(deadline: .now() + Self.moment) { [self] in
            guard empties.load(ordering: .relaxed) == seen else { return }
            state.withLock { $0.waiting.popLast() }?.resume()
        }
    }

    /// Wakes two more idle workers, so that many are awake after a few rounds.
    private func wakeNext() {
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
