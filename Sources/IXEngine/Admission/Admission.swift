import IXPipelines
import IXStore
import Synchronization

/// `Admission` knows which pipelines can take another job. Each pipeline has a maximum concurrency, and its breaker may
/// be open.
///
/// A claim may bring a job of any pipeline, so the claim reserves a slot at every limited pipeline with a free slot.
/// The claim leaves out the use cases of the full pipelines. A pipeline therefore never has more jobs than slots, and
/// jobs without a slot stay pending.
///
/// Claims leave out use cases that no pipeline here serves, but only while jobs of such use cases may exist. A claim
/// without a list costs less. `ForeignWorkDuty` decides when.
final class Admission: Sendable {
    /// The slots that a claim holds until the claim's result is known.
    struct Reservation: Sendable {
        fileprivate let names: Set<String>
        /// Nil when the claim may take any job.
        let filter: UseCaseFilter?
    }

    /// Counts a pipeline's running jobs, without a lock because every job passes here. One `Counter` exists for each
    /// pipeline name for as long as the process lives.
    final class Counter: Sendable {
        let name: String
        fileprivate let running = Atomic(0)

        fileprivate init(_ name: String) { self.name = name }
    }

    /// The limits that may keep jobs from a pipeline.
    private struct PipelineLimits {
        let counter: Counter
        var concurrency: Int?
        var breaker = CircuitBreaker()
        var reserved = 0
        /// True after a claim found no slot here; the next worker to free a slot then calls `onRoom`.
        var isWanted = false

        /// Returns the number of jobs that may run at once; nil means no limit.
        func limit(_ now: ContinuousClock.Instant) -> Int? {
            guard let few = breaker.limit(at: now) else { return concurrency }
            return min(few, concurrency ?? few)
        }

        var isFree: Bool { concurrency == nil && breaker.isFaultless && reserved == 0 }
        var underWay: Int { counter.running.load(ordering: .sequentiallyConsistent) + reserved }
    }

    private struct State {
        var counters: [String: Counter] = [:]
        var limits: [String: PipelineLimits] = [:]
        /// The use cases that this daemon serves; nil means every use case.
        var served: [String]?
        /// True while claims leave out the use cases not in `served`.
        var isNarrow = false
        /// Claimed jobs without a pipeline in this daemon: `inHand` counts jobs not yet handed back, `gone` counts jobs
        /// handed back.
        var foreign = (inHand: 0, gone: 0)

        mutating func counter(_ name: String) -> Counter {
            if let counter = counters[name] { return counter }
            let counter = Counter(name)
            counters[name] = counter
            return counter
        }
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

    /// Applies new limits and closes every breaker, because the operator may have removed the fault.
    func apply(_ pipelines: PipelineRegistry) {
        change { state in
            for entry in pipelines.all {
                var limit = state.limits[entry.name] ?? PipelineLimits(counter: state.counter(entry.name))
                limit.concurrency = entry.concurrency
                limit.breaker = CircuitBreaker(entry.breaker)
                state.limits[entry.name] = limit
            }
            // A removed pipeline stays while its jobs run, so that the jobs can release their slots.
            let names = Set(pipelines.names)
            state.limits = state.limits.filter { names.contains($0.key) || $0.value.underWay > 0 }
            state.served = pipelines.served
            // Claims stay narrow until `ForeignWorkDuty` has checked for unserved jobs.
            state.isNarrow = state.served != nil
        }
        onRoom()
    }

    /// Returns the pipeline's counter, which never changes while the process lives.
    func counter(of name: String) -> Counter { state.withLock { $0.counter(name) } }

    /// Reserves a slot at every limited pipeline with a free slot. Requires: the caller passes the reservation to
    /// `release`, whatever the claim's result.
    func reserve(at now: ContinuousClock.Instant = .now) -> Reservation {
        if isFree.load(ordering: .sequentiallyConsistent) { return Reservation(names: [], filter: nil) }
        return change { state in
            var free: Set<String> = []
            var full: Set<String> = []
            for (name, pipeline) in state.limits {
                guard let limit = pipeline.limit(now) else { continue }
                if pipeline.underWay < limit { free.insert(name) } else { full.insert(name) }
            }
            for name in free { state.limits[name]!.reserved += 1 }
            for name in full { state.limits[name]!.isWanted = true }
            if state.isNarrow, let served = state.served {
                return Reservation(names: free, filter: .only(served.filter { !full.contains($0) }))
            }
            return Reservation(names: free, filter: Self.filter(full: full, of: state.limits))
        }
    }

    /// The use cases with a pipeline in this daemon, in order; nil means every use case.
    var served: [String]? { state.withLock { $0.served } }

    /// The number of unserved jobs handed back so far. The caller reads the count before asking the store for unserved
    /// jobs, and passes the count to `decideNarrow`.
    var foreignCount: Int { state.withLock { $0.foreign.gone } }

    /// Notes a claimed job without a pipeline in this daemon: later claims leave out unserved use cases.
    func foreignCame() {
        change { state in
            state.foreign.inHand += 1
            state.isNarrow = state.served != nil
        }
    }

    /// Notes that an unserved job is pending again, so that the next round of `ForeignWorkDuty` sees the job.
    func foreignWent() {
        state.withLock { $0.foreign = ($0.foreign.inHand - 1, $0.foreign.gone + 1) }
    }

    /// Decides after a round of `ForeignWorkDuty` if claims must leave out unserved use cases. `count` is
    /// `foreignCount` from before the round.
    ///
    /// The round's query can't see a job still held by a worker of this daemon, nor a job handed back during the query.
    /// Claims therefore stay narrow in both cases.
    func decideNarrow(_ isNarrow: Bool, since count: Int) {
        let isWider = change { state in
            let was = state.isNarrow
            state.isNarrow =
                state.served != nil && (isNarrow || state.foreign.inHand > 0 || state.foreign.gone != count)
            return was && !state.isNarrow
        }
        if isWider { onRoom() }
    }

    private static func filter(full: Set<String>, of limits: [String: PipelineLimits]) -> UseCaseFilter? {
        if full.isEmpty { return nil }
        // While the fallback pipeline is full, only jobs with a pipeline of their own can run.
        if full.contains(PipelineRegistry.fallback) { return .only(limits.keys.filter { !full.contains($0) }.sorted()) }
        return .except(full.sorted())
    }

    /// Releases the reservation, except for the slot of the claimed job's pipeline (`counter`), which the job holds from
    /// now on. `counter` is nil when the claim brought nothing to run.
    func release(_ reservation: Reservation, keeping counter: Counter?) {
        // A row whose use case differs from the use case in its request may pass the filter; the job still runs.
        counter?.running.add(1, ordering: .sequentiallyConsistent)
        guard !reservation.names.isEmpty else { return }
        let isWanted = change { state in
            reservation.names.count { Self.leave($0, &state) { $0.reserved -= 1 } && $0 != counter?.name } > 0
        }
        if isWanted { onRoom() }
    }

    /// Releases the slot of an ended job and passes the run's `verdict` to the breaker. Returns the breaker's change,
    /// nil when the breaker did not change.
    func ended(_ counter: Counter, _ verdict: CircuitBreaker.Verdict) -> CircuitBreaker.Change? {
        counter.running.subtract(1, ordering: .sequentiallyConsistent)
        if isFree.load(ordering: .sequentiallyConsistent), !verdict.isFault { return nil }
        let (change, isWanted) = change { state in
            let change = state.limits[counter.name]?.breaker.note(verdict, at: .now)
            return (change ?? nil, Self.leave(counter.name, &state) { _ in })
        }
        if isWanted || change == .closed { onRoom() }
        return change
    }

    /// The pipelines whose breaker is open, sorted by name.
    var openBreakers: [OpenBreaker] {
        state.withLock { state in
            state.limits.compactMap { name, limit in
                limit.breaker.reason.map { OpenBreaker(pipeline: name, reason: $0) }
            }
            .sorted { $0.pipeline < $1.pipeline }
        }
    }

    private func change<Result>(_ body: (inout State) -> sending Result) -> sending Result {
        state.withLock { state in
            defer {
                isFree.store(
                    !state.isNarrow && state.limits.values.allSatisfy(\.isFree), ordering: .sequentiallyConsistent)
            }
            return body(&state)
        }
    }

    /// Applies `change` to the pipeline's limits. Returns true once after a claim found the pipeline full, and resets
    /// the flag.
    private static func leave(_ name: String, _ state: inout State, _ change: (inout PipelineLimits) -> Void) -> Bool {
        guard state.limits[name] != nil else { return false }
        change(&state.limits[name]!)
        defer { state.limits[name]!.isWanted = false }
        return state.limits[name]!.isWanted
    }
}

extension CircuitBreaker.Verdict {
    fileprivate var isFault: Bool {
        switch self {
        case .fault, .unstarted: true
        case .well, .nothing: false
        }
    }
}
