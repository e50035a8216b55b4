import IXStore

/// Lets jobs that ran when their daemon died run again, few at a time, until they have ended.
final class SuspectDuty: Duty {
    let name = "the look at the suspects"
    let asksStore = true
    private let shared: WorkerShared
    private let store: any JobStore
    /// Not known at first: the sweep of the start may have made some, so the first look comes soon.
    private let suspects = Live(1)
    /// While there are suspects: as soon as one has ended the next one's turn comes.
    private static let turn = Duration.milliseconds(250)

    init(_ shared: WorkerShared, store: any JobStore) {
        self.shared = shared
        self.store = store
    }

    var interval: Duration { suspects.value > 0 ? Self.turn : shared.settings.sweep }

    func round(step: @Sendable () -> Void) async throws(StoreError) {
        let count = try await store.perform { try $0.settleSuspects() }
        suspects.value = count.suspects
        if count.released > 0 { shared.gate.hint(count.released) }
    }
}
