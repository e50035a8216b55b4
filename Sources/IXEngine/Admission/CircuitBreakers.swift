import IXCore
import IXPipelines
import IXStore

/// `CircuitBreakers` holds the breaker of each pipeline.
struct CircuitBreakers {
    private var breakers: [String: CircuitBreaker] = [:]
    /// The time at which each open breaker opened; probes that fail leave the time as it is.
    private var openings: [String: Timestamp] = [:]

    /// True while every breaker is closed and has counted no fault.
    var areFaultless: Bool { breakers.values.allSatisfy(\.isFaultless) }

    /// Replaces the breakers of the pipelines by closed breakers, because the operator may have removed the fault.
    /// Breakers of pipelines outside `kept` go.
    mutating func apply(_ settings: [String: CircuitBreaker.Settings], keeping kept: Set<String>) {
        breakers = breakers.filter { kept.contains($0.key) }
        breakers.merge(settings.mapValues { CircuitBreaker($0) }) { $1 }
        openings = openings.filter { breakers[$0.key]?.isClosed == false }
    }

    /// Returns the number of jobs that the breaker lets run at a time; nil means no limit.
    func limit(of pipeline: String, at now: ContinuousClock.Instant) -> Int? { breakers[pipeline]?.limit(at: now) }

    /// Records a run's result. Returns the breaker's change, nil when the breaker did not change. `wall` is read when the
    /// breaker opens.
    mutating func note(
        _ verdict: CircuitBreaker.Verdict, of pipeline: String, at now: ContinuousClock.Instant,
        wall: @autoclosure () -> Timestamp = .now
    ) -> CircuitBreaker.Change? {
        let change = breakers[pipeline]?.note(verdict, at: now)
        switch change {
        case .opened: openings[pipeline] = openings[pipeline] ?? wall()
        case .closed: openings[pipeline] = nil
        case nil: break
        }
        return change
    }

    /// The open breakers, sorted by pipeline.
    var open: [OpenBreaker] {
        breakers.compactMap { name, breaker in
            breaker.reason.map { OpenBreaker(pipeline: name, reason: $0, since: openings[name]) }
        }
        .sorted { $0.pipeline < $1.pipeline }
    }
}

extension CircuitBreaker.Verdict {
    /// True for a run that counts against its pipeline.
    var isFault: Bool {
        switch self {
        case .fault, .unstarted, .held: true
        case .well, .nothing: false
        }
    }
}
