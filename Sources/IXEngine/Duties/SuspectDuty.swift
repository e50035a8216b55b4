import IXConcurrency
import IXStore

/// `SuspectDuty` releases suspects, a few at a time, until the suspects have ended. A suspect is a job that ran when
/// its daemon died.
final class SuspectDuty: Duty {
    let name = "the check of the suspects"
    let asksStore = true
    private let shared: WorkerContext
    private let store: RoleStore<any JobUpkeep>
    /// The number of suspects. The start value is 1 because the sweep of the start may have made suspects, so the first
    /// check comes soon.
    private let suspects = Locked(1)
    /// The interval while suspects exist, so that the next suspect runs soon after a suspect has ended.
    private static let turn = Duration.milliseconds(250)

    init(_ shared: WorkerContext, store: RoleStore<any JobUpkeep>) {
        self.shared = shared
        self.store = store
    }

    var interval: Duration { suspects.value > 0 ? Self.turn : shared.settings.sweep * 6 }

    var isShared: Bool { suspects.value == 0 }

    func round(progress: @Sendable () -> Void) async throws(StoreError) {
        let count = try await store.perform { try $0.updateSuspects() }
        suspects.value = count.suspects
        if count.released > 0 { shared.idleWorkers.wake(count.released) }
    }
}
