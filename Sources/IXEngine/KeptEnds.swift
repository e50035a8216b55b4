import FoundationEssentials
import IXCore
import IXStore
import Synchronization

/// The ends that the store has not taken yet: each stays in memory and is tried again until it is written, whatever the
/// lease says; only the fence decides.
///
/// At most two for each worker: one that its worker waits for, and as many as there are workers of which each went on with
/// other jobs meanwhile. At a stop they are tried within the grace; the next sweep hands back the jobs of those left.
actor KeptEnds {
    /// What the keeper needs of the engine.
    struct Context: Sendable {
        let store: any JobStore
        /// How many workers may go on while their ends are kept.
        let limit: Int
        /// Open once the daemon gives up what can't be written.
        let stopping: Latch
        let written: @Sendable (Finish, FinishResult, JobLog) -> Void
        let forget: @Sendable (UUID) -> Void
        let outage: Outage
    }

    private let context: Context
    private var ends: [KeptEnd] = []
    private var isDriven = false
    private var round: Task<StoreError?, Never>?
    private var emptied: [Latch] = []
    private nonisolated let count = Atomic(0)

    init(_ context: Context) { self.context = context }

    /// Read by duties without a hop.
    nonisolated var isEmpty: Bool { count.load(ordering: .acquiring) == 0 }

    /// Takes an end that the store did not take, and returns when its worker may go on.
    func keep(_ end: KeptEnd, beat: @escaping @Sendable () -> Void) async {
        var end = end
        var settled: Latch?
        switch end.failed(with: end.error) {
        case .giveUp: return giveUp(end)
        case .replace: settled = end.hold(beat)
        case .keep(let workerGoesOn):
            let going = ends.count { $0.waiter == nil }
            if !workerGoesOn || going >= context.limit { settled = end.hold(beat) }
        }
        tell(end)
        ends.append(end)
        changed()
        drive()
        await settled?.wait()
    }

    /// Tries all of them now, or takes part in the try under way. Throws when the store serves no call at all.
    func write() async throws(StoreError) {
        if let error = await tryAll(), error.isOutage { throw error }
    }

    /// Returns when none is left.
    func untilEmpty() async {
        guard !ends.isEmpty else { return }
        let latch = Latch()
        emptied.append(latch)
        await latch.wait()
    }

    private func drive() {
        guard !isDriven else { return }
        isDriven = true
        Task {
            var backoff = Backoff(limit: .seconds(3))
            while !ends.isEmpty {
                await context.stopping.wait(upTo: backoff.next())
                let isLast = context.stopping.isOpen
                let last = ends
                if await tryAll() == nil { backoff.reset() }
                // Those that came during the last try have one of their own.
                if isLast { for end in last where remove(end.claimID) { giveUp(end) } }
            }
            isDriven = false
        }
    }

    private func tryAll() async -> StoreError? {
        if let round { return await round.value }
        let round = Task { await tryEach() }
        self.round = round
        defer { self.round = nil }
        return await round.value
    }

    /// The last error; an outage ends the round, since the others would only wait for the same.
    private func tryEach() async -> StoreError? {
        var last: StoreError?
        for end in ends {
            for waiting in ends { waiting.waiter?.beat() }
            guard let error = await tryOne(end) else { continue }
            last = error
            if error.isOutage {
                context.outage.failed(error)
                break
            }
        }
        return last
    }

    private func tryOne(_ end: KeptEnd) async -> StoreError? {
        var end = end
        do throws(StoreError) {
            let finish = end.finish
            let result = try await context.store.perform { try $0.finish(finish) }
            context.outage.answered()
            guard remove(end.claimID) else { return nil }
            context.written(finish, result, end.log)
            settle(end)
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

    private func tell(_ end: KeptEnd) {
        if end.error.isOfDocument {
            end.log.refusedByStore(end.error)
        } else if end.error.isOutage {
            context.outage.failed(end.error)
        } else {
            end.log.kept(end.error)
        }
    }

    private func giveUp(_ end: KeptEnd) {
        end.log.leftToSweep(end.error)
        settle(end)
    }

    private func settle(_ end: KeptEnd) {
        context.forget(end.claimID)
        end.waiter?.settled.open()
    }

    private func replace(_ end: KeptEnd) {
        guard let index = ends.firstIndex(where: { $0.claimID == end.claimID }) else { return }
        ends[index] = end
    }

    /// Whether it was there: a try that took long may find that its end was given up.
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
