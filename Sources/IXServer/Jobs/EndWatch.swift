import FoundationEssentials
import IXConcurrency
import IXCore
import IXStore
import Synchronization

/// Waits for the end of jobs: one look at the store for all waits, every 200 ms while any wait is open. The daemon's own
/// ends need no look.
///
/// Concurrency: safe from any task.
final class EndWatch: Sendable {
    private struct State {
        var waiting: [UUID: [Latch]] = [:]
        var count = 0
        var isLooking = false
        var isDrained = false
    }

    private static let pause: Duration = .milliseconds(200)

    private let store: any JobStore
    private let most: Int
    private let state = Mutex(State())

    /// The waits under way.
    var count: Int { state.withLock { $0.count } }

    /// Creates a watch of at most `most` waits.
    init(_ store: any JobStore, most: Int) {
        self.store = store
        self.most = most
    }

    /// Suspends until the job has ended or is gone, `limit` has passed, or the server drains. Throws `overloaded` when
    /// too many waits are open.
    func wait(for jobID: UUID, upTo limit: Duration) async throws(Problem) {
        let latch = Latch()
        let (isTaken, startsLooking) = state.withLock { state in
            guard state.count < most || state.isDrained else { return (false, false) }
            if state.isDrained { latch.open() }
            state.count += 1
            state.waiting[jobID, default: []].append(latch)
            defer { state.isLooking = true }
            return (true, !state.isLooking)
        }
        guard isTaken else { throw .overloaded }
        if startsLooking { Task { await look() } }
        await latch.wait(upTo: limit)
        state.withLock { state in
            state.count -= 1
            state.waiting[jobID]?.removeAll { $0 === latch }
            if state.waiting[jobID]?.isEmpty == true { state.waiting[jobID] = nil }
        }
    }

    /// Ends the waits for jobs that are known to have ended.
    func ended(_ jobIDs: some Sequence<UUID>) {
        let latches = state.withLock { state in jobIDs.flatMap { state.waiting[$0] ?? [] } }
        for latch in latches { latch.open() }
    }

    /// Ends all waits, now and from now on.
    func drain() {
        let latches = state.withLock { state in
            state.isDrained = true
            return state.waiting.values.flatMap { $0 }
        }
        for latch in latches { latch.open() }
    }

    private func look() async {
        while true {
            // ignored: the task is never cancelled
            try? await Task.sleep(for: Self.pause)
            let ids: [UUID]? = state.withLock { state in
                state.isLooking = !state.waiting.isEmpty
                return state.isLooking ? Array(state.waiting.keys) : nil
            }
            guard let ids else { return }
            // ignored: while the store is away, waits go on to their limit
            guard let live = try? await store.perform({ try $0.live(among: ids) }) else { continue }
            ended(Set(ids).subtracting(live))
        }
    }
}
