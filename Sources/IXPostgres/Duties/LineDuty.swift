import IXConcurrency
import IXStore

/// `LineDuty` gives turns to jobs in line when no worker does: after a sleep, a pause, a raised limit or a rate's time. It also
/// moves plain jobs into the lines of queues that got a row, and takes unclaimed turns back.
final class LineDuty: StoreDuty {
    let name = "the admission to lines"
    private let store: PostgresStore
    private let state = Locked(State())

    private struct State {
        var hasLines = false
        /// True when plain jobs are to get into line, or clients wait for room in a queue.
        var hasOther = false
        var nextTakeBack = ContinuousClock.now
        var nextStrike = ContinuousClock.now
        /// The newest turns at the last look and at the one before.
        var newest: Int64 = 0
        var older: Int64 = 0
    }

    private static let interval = Duration.milliseconds(100)
    /// The pause while no job stands in a line and there is other work, and while there is nothing to do. The daemon's poll
    /// ends the latter.
    private static let (rest, longRest) = (Duration.seconds(1), Duration.seconds(60))
    /// The pause between two looks for turns that no worker claims.
    private static let takeBackPause = Duration.seconds(10)
    private static let batch = 1000

    init(_ store: PostgresStore) { self.store = store }

    var interval: Duration {
        let state = state.value
        return state.hasLines ? Self.interval : state.hasOther ? Self.rest : Self.longRest
    }

    /// A pause of 100 ms needs no end.
    func connect(_ nudge: @escaping @Sendable () -> Void) {
        store.view.signs.forLines.value = { [state] in
            if !state.value.hasLines { nudge() }
        }
    }

    func round(progress: @Sendable () -> Void) async throws(StoreError) -> [JobNotification] {
        let look = try await store.operate { operations throws(StoreError) in try operations.look() }
        state.value.hasLines = look.hasLines
        let isEntering = store.view.signs.hasPlain || !look.entering.isEmpty
        state.value.hasOther = isEntering || look.hasFull
        if isEntering { try await enterQueues(progress) }
        if look.hasFull { try await strikeClients() }
        guard look.hasLines else { return [] }
        try await takeBack()
        progress()
        let admission = try await store.operate { try $0.admit(for: nil) }
        // One worker is enough: a worker that finds a job wakes two more.
        guard case .turns(let count) = admission, count > 0 else { return [] }
        return [.jobs(1)]
    }

    /// Moves plain jobs into the lines of queues with a row, until none is left.
    private func enterQueues(_ progress: @Sendable () -> Void) async throws(StoreError) {
        // A look beside this round may see another one.
        store.view.signs.hasPlain = false
        var moved = 0
        repeat {
            progress()
            moved = try await store.operate { try $0.enterQueues(limit: Self.batch) }
        } while moved == Self.batch
        progress()
    }

    /// Lets clients insert again whose waiting jobs have become fewer than nine tenths of their limit.
    private func strikeClients() async throws(StoreError) {
        let now = ContinuousClock.now
        guard now >= state.value.nextStrike else { return }
        _ = try await store.operate { operations throws(StoreError) in try operations.run(.strikeClients, []).count }
        state.value.nextStrike = now + Self.rest
    }

    /// Puts jobs back into line whose turn stands unclaimed since the look before the last.
    private func takeBack() async throws(StoreError) {
        let now = ContinuousClock.now
        guard now >= state.value.nextTakeBack else { return }
        let older = state.value.older
        let newest = try await store.operate { try $0.takeBack(upTo: older, limit: Self.batch) }
        var next = state.value
        (next.older, next.newest, next.nextTakeBack) = (next.newest, newest, now + Self.takeBackPause)
        state.value = next
    }
}
