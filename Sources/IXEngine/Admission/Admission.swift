import IXPipelines
import IXStore
import Synchronization

/// `Admission` says before a claim which jobs the claim may bring: those with a slot at a healthy pipeline of this
/// daemon.
///
/// Guarantees: a pipeline never has more jobs than slots, and jobs without a slot stay pending.
/// Concurrency: safe from any thread.
final class Admission: Sendable {
    private struct State {
        var slots = PipelineSlots()
        var breakers = CircuitBreakers()
        var scope = ClaimScope()

        /// True while a claim needs no reservation.
        var isFree: Bool { scope.claimed == nil && slots.areUnlimited && breakers.areFaultless }
    }

    private let state = Mutex(State())
    /// Fast path: true while no pipeline has a concurrency limit or a recorded fault and claims leave out nothing, so
    /// that `reserve` takes no lock.
    ///
    /// `ended` reads the flag after decrementing the counter. A claim that saw the pipeline full in between is then
    /// woken.
    private let isFree = Atomic(false)
    private let onRoom: @Sendable () -> Void

    /// Calls `onRoom` when a slot is free again after a claim did not get the slot.
    init(_ pipelines: PipelineRegistry, onRoom: @escaping @Sendable () -> Void) {
        self.onRoom = onRoom
        apply(pipelines)
    }

    /// Applies new limits and closes every breaker.
    func apply(_ pipelines: PipelineRegistry) {
        let all = pipelines.all
        change { state in
            state.slots.apply(Dictionary(all.map { ($0.name, $0.concurrency) }) { $1 })
            state.breakers.apply(
                Dictionary(all.map { ($0.name, $0.breaker) }) { $1 }, keeping: state.slots.pipelines)
            state.scope.apply(pipelines.served)
        }
        onRoom()
    }

    /// Returns the pipeline's counter, which never changes while the process lives.
    func counter(of name: String) -> PipelineSlots.Counter { state.withLock { $0.slots.counter(of: name) } }

    /// Reserves a slot at every limited pipeline with a free slot. Requires: the caller passes the reservation to
    /// `release`, whatever the claim's result.
    func reserve(at now: ContinuousClock.Instant = .now) -> ClaimReservation {
        if isFree.load(ordering: .sequentiallyConsistent) { return .none }
        return change { state in
            let (held, full) = state.slots.reserve { [breakers = state.breakers] in breakers.limit(of: $0, at: now) }
            return ClaimReservation(
                slots: held, full: full, pipelines: state.slots.pipelines, served: state.scope.claimed)
        }
    }

    /// Releases the reservation, except for the slot of the claimed job's pipeline (`counter`), which the job holds from
    /// now on. `counter` is nil when the claim brought nothing to run.
    func release(_ reservation: ClaimReservation, keeping counter: PipelineSlots.Counter?) {
        // A row whose use case differs from the use case in its request may pass the filter; the job still runs.
        counter?.begin()
        guard !reservation.slots.isEmpty else { return }
        if change({ $0.slots.release(reservation.slots, taken: counter?.name) }) { onRoom() }
    }

    /// Releases the slot of an ended job and passes the run's `verdict` to the breaker. Returns the breaker's change,
    /// nil when the breaker did not change.
    func ended(_ counter: PipelineSlots.Counter, _ verdict: CircuitBreaker.Verdict) -> CircuitBreaker.Change? {
        counter.end()
        if isFree.load(ordering: .sequentiallyConsistent), !verdict.isFault { return nil }
        let (change, isWanted) = change { state in
            (state.breakers.note(verdict, of: counter.name, at: .now), state.slots.ended(counter.name))
        }
        if isWanted || change == .closed { onRoom() }
        return change
    }

    /// The pipelines whose breaker is open, sorted by name.
    var openBreakers: [OpenBreaker] { state.withLock { $0.breakers.open } }

    /// The jobs of each pipeline and its limit, sorted by name.
    var loads: [PipelineSlots.Load] { state.withLock { $0.slots.loads } }

    private func change<Result>(_ body: (inout State) -> sending Result) -> sending Result {
        state.withLock { state in
            defer { isFree.store(state.isFree, ordering: .sequentiallyConsistent) }
            return body(&state)
        }
    }
}

extension Admission {
    /// The use cases with a pipeline in this daemon, in order; nil means every use case.
    var served: [String]? { state.withLock { $0.scope.names } }

    /// The number of unserved jobs handed back so far. The caller reads the count before asking the store for unserved
    /// jobs, and passes the count to `decideNarrow`.
    var foreignCount: Int { state.withLock { $0.scope.handedBack } }

    /// Notes a claimed job without a pipeline in this daemon: later claims leave out unserved use cases.
    func foreignCame() { change { $0.scope.foreignCame() } }

    /// Notes that an unserved job is pending again, so that the next round of `ForeignWorkDuty` sees the job.
    func foreignWent() { state.withLock { $0.scope.foreignWent() } }

    /// Decides after a round of `ForeignWorkDuty` if claims must leave out unserved use cases. `count` is
    /// `foreignCount` from before the round.
    func decideNarrow(_ isNarrow: Bool, since count: Int) {
        if change({ $0.scope.decide(isNarrow, since: count) }) { onRoom() }
    }
}
