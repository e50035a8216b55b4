import Dispatch
import Synchronization

/// `IdleWorkers` holds the idle workers until work arrives. A notification wakes a worker, and a worker that found a job
/// wakes two more.
///
/// With neighbours, which wake for each notification too, `IdleWorkers` waits a moment for a claim that finds no job.
/// Without such a claim `IdleWorkers` wakes another worker.
final class IdleWorkers: Sendable {
    private struct State {
        var waiting: [CheckedContinuation<Void, Never>] = []
        var generation: UInt64 = 0
    }

    private let state = Mutex(State())

    /// The number of notifications so far. A worker reads the number before claiming, so that a notification during the
    /// claim isn't lost.
    var generation: UInt64 { state.withLock { $0.generation } }

    /// The number of idle workers.
    var count: Int { state.withLock { $0.waiting.count } }

    /// The flag is set inside the lock, and each job reads the flag without the lock.
    private let drains = Atomic(false)

    var isDraining: Bool { drains.load(ordering: .acquiring) }

    /// Suspends until a notification later than `generation`, or until the drain.
    nonisolated(nonsending) func wait(since generation: UInt64) async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock {
                if $0.generation != generation || isDraining { return true }
                $0.waiting.append(continuation)
                return false
            }
            if isOver { continuation.resume() }
        }
    }

    /// Wakes an idle worker, because a job may have arrived.
    func wake() { wake(1) }

    /// Wakes up to `count` idle workers, because `count` jobs may have arrived.
    func wake(_ count: Int) {
        guard count > 0 else { return }
        let waiters = state.withLock { state in
            state.generation += 1
            let waiters = Array(state.waiting.suffix(count))
            state.waiting.removeLast(waiters.count)
            return waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Wakes every idle worker, and each worker that is about to wait.
    func wakeAll() { wake(.max) }

    /// True while other daemons claim jobs from the same store.
    var hasNeighbours: Bool {
        get { neighbours.load(ordering: .relaxed) }
        set { neighbours.store(newValue, ordering: .relaxed) }
    }

    private let neighbours = Atomic(false)
    /// The number of claims that found no job.
    private let empties = Atomic<UInt64>(0)
    private let timer = DispatchQueue(label: "ix.wake")
    private let moment: DispatchTimeInterval

    /// Creates an instance without waiting workers. `moment` is the wait for a claim that finds no job: a short job has
    /// ended by then, and its worker has asked for the next job.
    init(moment: DispatchTimeInterval = .milliseconds(4)) { self.moment = moment }

    /// Records that a claim found no job, so that no more jobs are expected.
    func cameBackEmpty() { empties.add(1, ordering: .relaxed) }

    /// Wakes more workers after a claim found a job, because more jobs may be due.
    func wakeMore() {
        guard hasNeighbours else { return wakeNext() }
        guard state.withLock({ !$0.waiting.isEmpty }) else { return }
        let seen = empties.load(ordering: .relaxed)
        timer.asyncAfter(deadline: .now() + moment) { [self] in
            guard empties.load(ordering: .relaxed) == seen else { return }
            state.withLock { $0.waiting.popLast() }?.resume()
        }
    }

    /// Wakes two idle workers, so that many workers are awake after a few rounds.
    private func wakeNext() {
        for waiter in state.withLock({ [$0.waiting.popLast(), $0.waiting.popLast()] }) { waiter?.resume() }
    }

    /// Ends all claims and wakes every idle worker.
    func drain() {
        let waiting = state.withLock { state in
            drains.store(true, ordering: .releasing)
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiter in waiting { waiter.resume() }
    }
}
