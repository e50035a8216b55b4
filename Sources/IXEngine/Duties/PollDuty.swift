import IXConcurrency
import IXStore
import Synchronization

/// `PollDuty` asks for jobs at the poll interval, even without a notification. Where the store can tell what there is to do, a
/// worker claims only when there is a job.
///
/// Between long polls the duty looks for the duties of the store alone, which have no notification.
final class PollDuty: Duty {
    let name = "the poll"
    let asksStore = true
    private let shared: WorkerContext
    /// The workers' connections, which no duty holds up, and the duties' connection.
    private let workers, duties: RoleStore<any JobUpkeep>
    private let lastPoll = Locked(ContinuousClock.now)
    /// True when the next round is to be a poll, whatever the interval says.
    private let isAsked = Atomic(false)
    private static let longest = Duration.seconds(5)

    init(_ shared: WorkerContext, workers: RoleStore<any JobUpkeep>, duties: RoleStore<any JobUpkeep>) {
        (self.shared, self.workers, self.duties) = (shared, workers, duties)
    }

    var interval: Duration { min(shared.settings.poll, Self.longest) }

    /// Makes the next round a poll. The caller nudges the loop.
    func ask() { isAsked.store(true, ordering: .relaxed) }

    func round(progress: @Sendable () -> Void) async throws(StoreError) {
        let (poll, now) = (shared.settings.poll, ContinuousClock.now)
        let wasAsked = isAsked.exchange(false, ordering: .relaxed)
        let isDue = wasAsked || poll <= Self.longest || now - lastPoll.value >= poll * 0.9
        // A worker's connection is left to its job's end while no worker waits for a job.
        let store = isDue && shared.idleWorkers.count > 0 ? workers : duties
        let look: WorkLook?
        do throws(StoreError) { look = try await store.perform { try $0.lookForWork() } } catch {
            // An outage is no stall: a look that fails is a step, as a claim that fails is.
            shared.lastClaim.value = .now
            throw error
        }
        if let look {
            shared.callbacks.told(ofAny: look.hasCallbacks)
            if look.hasCallbacks { shared.onWork.value() }
        }
        guard isDue else { return }
        lastPoll.value = now
        if let look, !look.hasJobs { return shared.lastClaim.value = .now }
        shared.onWork.value()
        shared.idleWorkers.wake()
    }
}
