import IXStore
import Synchronization

/// Looks for work now and then even when no notification came, and soon after one that did: jobs that were committed
/// shortly after another's notification may have sent none.
final class PollDuty: Duty {
    let name = "the poll"
    private let shared: WorkerShared
    private let laterLooks: [Duration]
    private let state = Mutex(State())

    private struct State {
        /// The next of the looks after a notification; past the last there is the poll alone.
        var next: Int?
        /// A notification that came while the first look after another was still ahead needs a series of its own.
        var isDueAgain = false
        /// Said for the nap to be shortened, not for a look.
        var isToldOnly = false

        /// After a look.
        mutating func advance(over count: Int) {
            guard let look = next else { return }
            next = isDueAgain ? 0 : look + 1 < count ? look + 1 : nil
            isDueAgain = false
        }
    }

    init(_ shared: WorkerShared, laterLooks: [Duration]) {
        self.shared = shared
        self.laterLooks = laterLooks
    }

    var interval: Duration {
        let poll = shared.settings.poll
        let looks = shared.neighbours.value.laterLooks(laterLooks)
        return state.withLock { $0.next.map { min(poll, looks[min($0, looks.count - 1)]) } } ?? poll
    }

    /// Notes that a notification came; whether the wait under way is now too long. Busy times cost one look per series.
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

    func round(step: @Sendable () -> Void) async throws(StoreError) {
        let isLook = state.withLock { state in
            defer { state.isToldOnly = false }
            if state.isToldOnly { return false }
            state.advance(over: shared.neighbours.value.laterLooks(laterLooks).count)
            return true
        }
        if isLook { shared.gate.hint() }
    }
}
