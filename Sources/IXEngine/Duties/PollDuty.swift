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
    private let plan = Mutex(PollPlan(lastPoll: .now))

    init(_ shared: WorkerContext, workers: RoleStore<any JobUpkeep>, duties: RoleStore<any JobUpkeep>) {
        (self.shared, self.workers, self.duties) = (shared, workers, duties)
    }

    var interval: Duration { min(shared.settings.poll, PollPlan.longest) }

    /// Makes the next round a poll. The caller nudges the loop.
    func ask() { plan.withLock { $0.ask() } }

    func round(progress: @Sendable () -> Void) async throws(StoreError) {
        let (poll, now) = (shared.settings.poll, ContinuousClock.now)
        let round = plan.withLock { $0.next(every: poll, at: now) }
        let hasIdle = shared.idleWorkers.count > 0
        // A worker's connection is left to its job's end while no worker waits for a job.
        let store = round.isPoll && hasIdle ? workers : duties
        let isWhole = round.looksWhole(hasIdle: hasIdle)
        let look: WorkLook?
        do throws(StoreError) { look = try await store.perform { try $0.lookForWork(whole: isWhole) } } catch {
            plan.withLock { $0.failed(round) }
            // An outage is no stall: a look that fails is a step, as a claim that fails is.
            shared.lastClaim.value = .now
            throw error
        }
        if let look {
            shared.callbacks.told(ofAny: look.hasCallbacks)
            if look.hasCallbacks { shared.onWork.value() }
        }
        guard round.isPoll else { return }
        plan.withLock { $0.polled(at: now) }
        if let look, !look.hasJobs { return shared.lastClaim.value = .now }
        shared.onWork.value()
        shared.idleWorkers.wake()
    }
}
