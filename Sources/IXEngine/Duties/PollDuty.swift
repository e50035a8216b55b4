import IXConcurrency
import IXStore

/// `PollDuty` asks for jobs at the poll interval, even without a notification. Where the store can tell what there is to do, a
/// worker claims only when there is a job.
///
/// Between long polls the duty looks for the duties of the store alone, which have no notification.
final class PollDuty: Duty {
    let name = "the poll"
    let asksStore = true
    private let shared: WorkerContext
    private let store: RoleStore<any JobUpkeep>
    private let lastPoll = Locked(ContinuousClock.now)
    private static let longest = Duration.seconds(5)

    init(_ shared: WorkerContext, store: RoleStore<any JobUpkeep>) { (self.shared, self.store) = (shared, store) }

    var interval: Duration { min(shared.settings.poll, Self.longest) }

    func round(progress: @Sendable () -> Void) async throws(StoreError) {
        let (poll, now) = (shared.settings.poll, ContinuousClock.now)
        let look = try await store.perform { try $0.lookForWork() }
        if let look {
            shared.callbacks.told(ofAny: look.hasCallbacks)
            if look.hasCallbacks { shared.onWork.value() }
        }
        guard poll <= Self.longest || now - lastPoll.value >= poll * 0.9 else { return }
        lastPoll.value = now
        if let look, !look.hasJobs { return shared.lastClaim.value = .now }
        shared.onWork.value()
        shared.idleWorkers.wake()
    }
}
