import FoundationEssentials
import IXConcurrency
import IXCore
import IXStore
import Synchronization

/// `KeptEnds` holds the completions not yet accepted by the store. Each completion stays in memory and is retried until
/// it is written, even after the lease has ended. Only the fence decides if the completion counts.
///
/// The maximum is two completions for each worker. A worker may wait for a completion, and at most `Context.limit`
/// completions belong to workers that went on. At a stop the completions are retried within the grace. The next sweep
/// hands back the jobs of the unwritten completions.
actor KeptEnds {
    /// The parts of the engine that `KeptEnds` uses.
    struct Context: Sendable {
        let store: RoleStore<any JobExecution>
        /// The maximum number of completions whose workers went on with other jobs.
        let limit: @Sendable () -> Int
        /// Opens when the daemon gives up the completions that can't be written.
        let stopping: Latch
        /// Called once for each completion accepted by the store.
        let written: @Sendable (Completion, CompletionResult, JobLog) -> Void
        /// Called with the claim id of each completion written or given up.
        let forget: @Sendable (UUID) -> Void
        let availability: StoreAvailability
    }

    private let context: Context
    private nonisolated let executor = DispatchQueueExecutor(label: "ix.ends")
    private var ends: [KeptEnd] = []
    private var isDriven = false
    private var round: Task<StoreError?, Never>?
    private var emptied: [Latch] = []
    private nonisolated let count = Atomic(0)

    init(_ context: Context) { self.context = context }

    /// True when no completion is kept. Concurrency: readable from any thread without a hop to the actor.
    nonisolated var isEmpty: Bool { count.load(ordering: .acquiring) == 0 }

    /// Keeps a completion that the store did not accept. Returns when the completion's worker may go on.
    func keep(_ end: KeptEnd, beat: @escaping @Sendable () -> Void) async {
        var end = end
        var written: Latch?
        switch end.failed(with: end.error) {
        case .giveUp: return giveUp(end)
        case .replace: written = end.hold(beat)
        case .keep(let workerGoesOn):
            let going = ends.count { $0.waiter == nil }
            if !workerGoesOn || going >= context.limit() { written = end.hold(beat) }
        }
        log(end)
        ends.append(end)
        changed()
        Failpoint.endKept.reach(end.completion.attempt)
        drive()
        await written?.wait()
    }

    /// Retries all kept completions now, or joins the current retry. Failure: throws only when the store serves no call
    /// at all.
    func write() async throws(StoreError) {
        if let error = await tryAll(), error.isOutage { throw error }
    }

    /// Returns when no completion is kept.
    func untilEmpty() async {
        guard !ends.isEmpty else { return }
        let latch = Latch()
        emptied.append(latch)
        await latch.wait()
    }

    private func drive() {
        guard !isDriven else { return }
        isDriven = true
        Task(executorPreference: executor) { await self.retry() }
    }

    /// Retries with pauses until no completion is kept.
    private func retry() async {
        var backoff = Backoff(limit: .seconds(3))
        while !ends.isEmpty {
            await context.stopping.wait(upTo: backoff.next())
            let isLast = context.stopping.isOpen
            let last = ends
            if await tryAll() == nil { backoff.reset() }
            // Completions added during the last retry get a last retry of their own.
            if isLast { for end in last where remove(end.claimID) { giveUp(end) } }
        }
        isDriven = false
    }

    private func tryAll() async -> StoreError? {
        if let round { return await round.value }
        let round = Task(executorPreference: executor) { await self.tryEach() }
        self.round = round
        defer { self.round = nil }
        return await round.value
    }

    /// Retries each completion in turn and returns the last error. An outage ends the round, because the remaining
    /// writes would fail too.
    private func tryEach() async -> StoreError? {
        var last: StoreError?
        for end in ends {
            for waiting in ends { waiting.waiter?.beat() }
            guard let error = await tryOne(end) else { continue }
            last = error
            if error.isOutage {
                context.availability.failed(error)
                break
            }
        }
        return last
    }

    private func tryOne(_ end: KeptEnd) async -> StoreError? {
        var end = end
        do throws(StoreError) {
            let completion = end.completion
            let result = try await context.store.perform { try $0.complete(completion) }
            context.availability.answered()
            guard remove(end.claimID) else { return nil }
            context.written(completion, result, end.log)
            release(end)
            return nil
        } catch {
            switch end.failed(with: error) {
            case .giveUp: if remove(end.claimID) { giveUp(end) }
            case .replace:
                end.log.refusedByStore(error)
                replace(end)
            case .keep: replace(end)
            }
            return error
        }
    }

    private func log(_ end: KeptEnd) {
        if end.error.isOfDocument {
            end.log.refusedByStore(end.error)
        } else if end.error.isOutage {
            context.availability.failed(end.error)
        } else {
            end.log.kept(end.error)
        }
    }

    private func giveUp(_ end: KeptEnd) {
        end.log.leftToSweep(end.error)
        release(end)
    }

    private func release(_ end: KeptEnd) {
        context.forget(end.claimID)
        end.waiter?.done.open()
    }

    private func replace(_ end: KeptEnd) {
        guard let index = ends.firstIndex(where: { $0.claimID == end.claimID }) else { return }
        ends[index] = end
    }

    /// Returns false when the completion was already gone: a completion may be given up during a long retry.
    private func remove(_ claimID: UUID) -> Bool {
        guard let index = ends.firstIndex(where: { $0.claimID == claimID }) else { return false }
        ends.remove(at: index)
        changed()
        return true
    }

    private func changed() {
        count.store(ends.count, ordering: .releasing)
        guard ends.isEmpty else { return }
        for latch in emptied { latch.open() }
        emptied = []
    }
}
