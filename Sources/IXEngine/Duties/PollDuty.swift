import IXConcurrency
import IXStore
import Synchronization

/// `PollDuty` wakes a worker to ask for jobs at the poll interval, even without a notification, and again soon after a
/// notification. The later polls find jobs committed shortly after another job's notification, because such jobs may
/// have sent no notification.
final class PollDuty: Duty {
    let name = "the poll"
    private let shared: WorkerContext
    private let laterLooks: [Duration]
    private let state = Mutex(State())

    private struct State {
        /// The index of the next follow-up poll; nil when only the poll interval applies.
        var next: Int?
        /// A second notification arrived before the first follow-up poll, so the series starts again.
        var isDueAgain = false
        /// The loop was woken to shorten its wait; the current round must not poll.
        var isToldOnly = false

        /// Moves to the next follow-up poll after a poll.
        mutating func advance(over count: Int) {
            guard let look = next else { return }
            next = isDueAgain ? 0 : look + 1 < count ? look + 1 : nil
            isDueAgain = false
        }
    }

    init(_ shared: WorkerContext, laterLooks: [Duration]) {
        self.shared = shared
        self.laterLooks = laterLooks
    }

    var interval: Duration {
        let poll = shared.settings.poll
        let looks = shared.neighbours.value.laterLooks(laterLooks)
        return state.withLock { $0.next.map { min(poll, looks[min($0, looks.count - 1)]) } } ?? poll
    }

    /// Records a notification. Returns true when the current wait is now too long. Notifications in busy times cost a
    /// single poll per series.
    func arrived() -> Bool {
        guard !laterLooks.isEmpty else { return false }
        return state.withLock { state in
            if state.next == 0 {
                state.isDueAgain = true
                return false
            }
            state.next = 0
            state.isToldOnly = true
            return true
        }
    }

    func round(progress: @Sendable () -> Void) async throws(StoreError) {
        let isLook = state.withLock { state in
            defer { state.isToldOnly = false }
            if state.isToldOnly { return false }
            state.advance(over: shared.neighbours.value.laterLooks(laterLooks).count)
            return true
        }
        if isLook { shared.idleWorkers.wake() }
    }
}
