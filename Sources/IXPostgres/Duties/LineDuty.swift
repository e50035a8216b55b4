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
        var nextTakeBack = ContinuousClock.now
        /// The newest turns at the last look and at the one before.
        var newest: Int64 = 0
        var older: Int64 = 0
    }

    private static let interval = Duration.milliseconds(100)
    /// The pause while no job stands in a line.
    private static let rest = Duration.seconds(1)
    /// The pause between two looks for turns that no worker claims.
    private static let takeBackPause = Duration.seconds(10)
    private static let batch = 1000

    init(_ store: PostgresStore) { self.store = store }

    var interval: Duration { state.value.hasLines ? Self.interval : Self.rest }

    func round(progress: @Sendable () -> Void) async throws(StoreError) -> [JobNotification] {
        var moved = 0
        repeat {
            progress()
            moved = try await store.operate { try $0.enterQueues(limit: Self.batch) }
        } while moved == Self.batch
        progress()
        let hasLines = try await store.operate { try $0.looksAtLines() }
        state.value.hasLines = hasLines
        guard hasLines else { return [] }
        try await takeBack()
        progress()
        let admission = try await store.operate { try $0.admit(for: nil) }
        // One worker is enough: a worker that finds a job wakes two more.
        guard case .turns(let count) = admission, count > 0 else { return [] }
        return [.jobs(1)]
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
