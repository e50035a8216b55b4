import IXPipelines
import IXStore
import Synchronization

/// Which pipelines have room for another job: each has its concurrency, and a breaker that may be open.
///
/// A claim reserves a place at every pipeline that is limited and has one left, since it may bring a job of any of them, and
/// leaves out the use cases of the others. So a pipeline never has more jobs than places, and jobs that have none stay pending.
final class Admission: Sendable {
    /// The places held by a claim until it is known what it brought.
    struct Reservation: Sendable {
        fileprivate let names: Set<String>
        /// Nil: the claim may take any job.
        let filter: UseCaseFilter?
    }

    private struct Gate {
        var concurrency: Int?
        var breaker: CircuitBreaker
        var running = 0
        var reserved = 0
        /// A claim had to do without a place here; whoever leaves one tells.
        var isWanted = false

        /// Nil: as many as there are.
        func limit(_ now: ContinuousClock.Instant) -> Int? {
            guard let few = breaker.limit(at: now) else { return concurrency }
            return min(few, concurrency ?? few)
        }
    }

    private struct State {
        var gates: [String: Gate] = [:]
    }

    private let state: Mutex<State>
    private let onRoom: @Sendable () -> Void

    /// `onRoom`: there is a place again that a claim did without.
    init(_ pipelines: PipelineRegistry, onRoom: @escaping @Sendable () -> Void) {
        self.onRoom = onRoom
        state = Mutex(State())
        apply(pipelines)
    }

    /// Takes on new limits; every breaker closes, since somebody may have mended what was wrong.
    func apply(_ pipelines: PipelineRegistry) {
        state.withLock { state in
            for entry in pipelines.all {
                var gate = state.gates[entry.name] ?? Gate(concurrency: nil, breaker: CircuitBreaker())
                gate.concurrency = entry.concurrency
                gate.breaker = CircuitBreaker(entry.breaker)
                state.gates[entry.name] = gate
            }
            // One that still runs is kept for its jobs to leave.
            let names = Set(pipelines.names)
            state.gates = state.gates.filter { names.contains($0.key) || $0.value.running + $0.value.reserved > 0 }
        }
        onRoom()
    }

    func reserve(at now: ContinuousClock.Instant = .now) -> Reservation {
        state.withLock { state in
            var free: Set<String> = []
            var full: Set<String> = []
            // Every claim comes by here: those without a limit cost it nothing.
            for (name, gate) in state.gates {
                guard let limit = gate.limit(now) else { continue }
                if gate.running + gate.reserved < limit { free.insert(name) } else { full.insert(name) }
            }
            for name in free { state.gates[name]!.reserved += 1 }
            for name in full { state.gates[name]!.isWanted = true }
            return Reservation(names: free, filter: Self.filter(full: full, of: state.gates))
        }
    }

    private static func filter(full: Set<String>, of gates: [String: Gate]) -> UseCaseFilter? {
        if full.isEmpty { return nil }
        // Without the pipeline for the rest only jobs that have one of their own can run.
        if full.contains(PipelineRegistry.fallback) { return .only(gates.keys.filter { !full.contains($0) }.sorted()) }
        return .except(full.sorted())
    }

    /// What the claim brought: a job for the pipeline `name`, which holds its place from now on, or nothing to run.
    func settle(_ reservation: Reservation, took name: String?) {
        let isWanted = state.withLock { state in
            // A row whose use case isn't the one in its request may come past the filter; it runs all the same.
            if let name { state.gates[name]?.running += 1 }
            return reservation.names.count { Self.leave($0, &state) { $0.reserved -= 1 } && $0 != name } > 0
        }
        if isWanted { onRoom() }
    }

    /// A job of the pipeline has ended; what its run says of the pipeline.
    func ended(_ name: String, _ verdict: CircuitBreaker.Verdict) -> CircuitBreaker.Change? {
        let (change, isWanted) = state.withLock { state in
            let change = state.gates[name]?.breaker.note(verdict, at: .now)
            return (change ?? nil, Self.leave(name, &state) { $0.running -= 1 })
        }
        if isWanted || change == .closed { onRoom() }
        return change
    }

    /// Pipelines that take no jobs for now.
    var openBreakers: [OpenBreaker] {
        state.withLock { state in
            state.gates.compactMap { name, gate in gate.breaker.reason.map { OpenBreaker(pipeline: name, reason: $0) } }
                .sorted { $0.pipeline < $1.pipeline }
        }
    }

    /// Whether somebody waits for a place there; told once.
    private static func leave(_ name: String, _ state: inout State, _ change: (inout Gate) -> Void) -> Bool {
        guard state.gates[name] != nil else { return false }
        change(&state.gates[name]!)
        defer { state.gates[name]!.isWanted = false }
        return state.gates[name]!.isWanted
    }
}
