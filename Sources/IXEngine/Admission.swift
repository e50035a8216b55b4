import IXPipelines
import IXStore
import Synchronization

/// Which pipelines have room for another job: each has its concurrency, and a breaker that may be open.
///
/// A claim reserves a place at every pipeline that is limited and has one left, since it may bring a job of any of them, and
/// leaves out the use cases of the others. So a pipeline never has more jobs than places, and jobs that have none stay pending.
///
/// Use cases that no pipeline here serves are left out, too, but only while there may be jobs of them: a claim without a list
/// costs less. `ForeignWorkDuty` says when.
final class Admission: Sendable {
    /// The places held by a claim until it is known what it brought.
    struct Reservation: Sendable {
        fileprivate let names: Set<String>
        /// Nil: the claim may take any job.
        let filter: UseCaseFilter?
    }

    /// A pipeline's jobs under way, counted without a lock: every job comes by here. One for each name there ever was.
    final class Gate: Sendable {
        let name: String
        fileprivate let running = Atomic(0)

        fileprivate init(_ name: String) { self.name = name }
    }

    /// What may keep jobs from a pipeline.
    private struct Bar {
        let gate: Gate
        var concurrency: Int?
        var breaker = CircuitBreaker()
        var reserved = 0
        /// A claim had to do without a place here; whoever leaves one tells.
        var isWanted = false

        /// Nil: as many as there are.
        func limit(_ now: ContinuousClock.Instant) -> Int? {
            guard let few = breaker.limit(at: now) else { return concurrency }
            return min(few, concurrency ?? few)
        }

        var isFree: Bool { concurrency == nil && breaker.isFaultless && reserved == 0 }
        var underWay: Int { gate.running.load(ordering: .sequentiallyConsistent) + reserved }
    }

    private struct State {
        var gates: [String: Gate] = [:]
        var bars: [String: Bar] = [:]
        /// Nil: every use case.
        var served: [String]?
        /// Claims leave out what isn't served.
        var isNarrow = false
        /// Jobs that came and weren't served: those on their way back, and those that have gone.
        var foreign = (inHand: 0, gone: 0)

        mutating func gate(_ name: String) -> Gate {
            if let gate = gates[name] { return gate }
            let gate = Gate(name)
            gates[name] = gate
            return gate
        }
    }

    private let state = Mutex(State())
    /// No pipeline has a limit or a fault: nothing is reserved, nobody waits for a place, and no lock is needed. Whoever ends
    /// a job looks here after it has left its gate, so that a claim that found it full meanwhile is told.
    private let isFree = Atomic(false)
    private let onRoom: @Sendable () -> Void

    /// `onRoom`: there is a place again that a claim did without.
    init(_ pipelines: PipelineRegistry, onRoom: @escaping @Sendable () -> Void) {
        self.onRoom = onRoom
        apply(pipelines)
    }

    /// Takes on new limits; every breaker closes, since somebody may have mended what was wrong.
    func apply(_ pipelines: PipelineRegistry) {
        change { state in
            for entry in pipelines.all {
                var bar = state.bars[entry.name] ?? Bar(gate: state.gate(entry.name))
                bar.concurrency = entry.concurrency
                bar.breaker = CircuitBreaker(entry.breaker)
                state.bars[entry.name] = bar
            }
            // One that still runs is kept for its jobs to leave.
            let names = Set(pipelines.names)
            state.bars = state.bars.filter { names.contains($0.key) || $0.value.underWay > 0 }
            state.served = pipelines.served
            // Until the duty has looked.
            state.isNarrow = state.served != nil
        }
        onRoom()
    }

    /// The pipeline's gate; the same for as long as the process lives.
    func gate(of name: String) -> Gate { state.withLock { $0.gate(name) } }

    func reserve(at now: ContinuousClock.Instant = .now) -> Reservation {
        if isFree.load(ordering: .sequentiallyConsistent) { return Reservation(names: [], filter: nil) }
        return change { state in
            var free: Set<String> = []
            var full: Set<String> = []
            for (name, bar) in state.bars {
                guard let limit = bar.limit(now) else { continue }
                if bar.underWay < limit { free.insert(name) } else { full.insert(name) }
            }
            for name in free { state.bars[name]!.reserved += 1 }
            for name in full { state.bars[name]!.isWanted = true }
            if state.isNarrow, let served = state.served {
                return Reservation(names: free, filter: .only(served.filter { !full.contains($0) }))
            }
            return Reservation(names: free, filter: Self.filter(full: full, of: state.bars))
        }
    }

    /// The use cases that have a pipeline here, in order; nil: every one.
    var served: [String]? { state.withLock { $0.served } }

    /// Taken before a look at what waits, for `settleNarrow`.
    var foreignCount: Int { state.withLock { $0.foreign.gone } }

    /// A claim brought a job that isn't served here: from now on claims leave those out.
    func foreignCame() {
        change { state in
            state.foreign.inHand += 1
            state.isNarrow = state.served != nil
        }
    }

    /// It waits again, for the next look to see.
    func foreignWent() {
        state.withLock { $0.foreign = ($0.foreign.inHand - 1, $0.foreign.gone + 1) }
    }

    /// After a look: whether claims have to leave anything out. A look sees no job that is in hand, nor one that went back
    /// while it looked.
    func settleNarrow(_ isNarrow: Bool, since count: Int) {
        let isWider = change { state in
            let was = state.isNarrow
            state.isNarrow =
                state.served != nil && (isNarrow || state.foreign.inHand > 0 || state.foreign.gone != count)
            return was && !state.isNarrow
        }
        if isWider { onRoom() }
    }

    private static func filter(full: Set<String>, of bars: [String: Bar]) -> UseCaseFilter? {
        if full.isEmpty { return nil }
        // Without the pipeline for the rest only jobs that have one of their own can run.
        if full.contains(PipelineRegistry.fallback) { return .only(bars.keys.filter { !full.contains($0) }.sorted()) }
        return .except(full.sorted())
    }

    /// What the claim brought: a job for the pipeline of `gate`, which holds its place from now on, or nothing to run.
    func settle(_ reservation: Reservation, took gate: Gate?) {
        // A row whose use case isn't the one in its request may come past the filter; it runs all the same.
        gate?.running.add(1, ordering: .sequentiallyConsistent)
        guard !reservation.names.isEmpty else { return }
        let isWanted = change { state in
            reservation.names.count { Self.leave($0, &state) { $0.reserved -= 1 } && $0 != gate?.name } > 0
        }
        if isWanted { onRoom() }
    }

    /// A job of the pipeline has ended; what its run says of the pipeline.
    func ended(_ gate: Gate, _ verdict: CircuitBreaker.Verdict) -> CircuitBreaker.Change? {
        gate.running.subtract(1, ordering: .sequentiallyConsistent)
        if isFree.load(ordering: .sequentiallyConsistent), !verdict.isFault { return nil }
        let (change, isWanted) = change { state in
            let change = state.bars[gate.name]?.breaker.note(verdict, at: .now)
            return (change ?? nil, Self.leave(gate.name, &state) { _ in })
        }
        if isWanted || change == .closed { onRoom() }
        return change
    }

    /// Pipelines that take no jobs for now.
    var openBreakers: [OpenBreaker] {
        state.withLock { state in
            state.bars.compactMap { name, bar in bar.breaker.reason.map { OpenBreaker(pipeline: name, reason: $0) } }
                .sorted { $0.pipeline < $1.pipeline }
        }
    }

    private func change<Result>(_ body: (inout State) -> sending Result) -> sending Result {
        state.withLock { state in
            defer {
                isFree.store(
                    !state.isNarrow && state.bars.values.allSatisfy(\.isFree), ordering: .sequentiallyConsistent)
            }
            return body(&state)
        }
    }

    /// Whether somebody waits for a place there; told once.
    private static func leave(_ name: String, _ state: inout State, _ change: (inout Bar) -> Void) -> Bool {
        guard state.bars[name] != nil else { return false }
        change(&state.bars[name]!)
        defer { state.bars[name]!.isWanted = false }
        return state.bars[name]!.isWanted
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
