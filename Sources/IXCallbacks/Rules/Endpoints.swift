/// How many deliveries each endpoint takes: a few at a time, and after several failures in a row one now and then, so that a
/// dead one delays nobody else. Pure: time comes in.
struct Endpoints {
    enum Verdict: Sendable, Equatable {
        case well
        case fault(String)
        /// It says nothing of the endpoint.
        case nothing
    }

    /// What a verdict changed.
    enum Change: Sendable, Equatable {
        case opened(String)
        case closed
    }

    fileprivate struct Endpoint {
        var inFlight = 0
        var failures = 0
        /// From when on one delivery is let through, to see; nil while it is well.
        var probeAt: ContinuousClock.Instant?
    }

    var places: Int
    var failuresUntilOpen: Int
    var pause: Duration
    private var endpoints: [String: Endpoint] = [:]

    init(places: Int, failuresUntilOpen: Int, pause: Duration) {
        self.places = places
        self.failuresUntilOpen = failuresUntilOpen
        self.pause = pause
    }

    /// How many are under way at all endpoints.
    var inFlight: Int { endpoints.values.reduce(0) { $0 + $1.inFlight } }

    /// Those that take no more for now.
    var open: [String] { endpoints.filter { $0.value.probeAt != nil }.keys.sorted() }

    /// Free places of the endpoints that don't have all of them.
    func free(at now: ContinuousClock.Instant) -> [String: Int] {
        endpoints.mapValues { endpoint in
            guard let probeAt = endpoint.probeAt else { return places - endpoint.inFlight }
            return probeAt <= now && endpoint.inFlight == 0 ? 1 : 0
        }
    }

    /// How long until an endpoint that takes nothing now is tried again; nil when there is none.
    func nextProbe(at now: ContinuousClock.Instant) -> Duration? {
        endpoints.values.filter { $0.inFlight == 0 }.compactMap(\.probeAt).min().map { max($0 - now, .zero) }
    }

    mutating func began(_ name: String) { endpoints[name, default: Endpoint()].inFlight += 1 }

    mutating func ended(_ name: String, _ verdict: Verdict, at now: ContinuousClock.Instant) -> Change? {
        guard var endpoint = endpoints[name] else { return nil }
        endpoint.inFlight -= 1
        let change = endpoint.judge(verdict, failuresUntilOpen, now + pause)
        // Nothing is remembered of one that is well and idle.
        let isForgotten = endpoint.inFlight == 0 && endpoint.failures == 0
        endpoints[name] = isForgotten ? nil : endpoint
        return change
    }
}

extension Endpoints.Endpoint {
    fileprivate mutating func judge(
        _ verdict: Endpoints.Verdict, _ limit: Int, _ probeAt: ContinuousClock.Instant
    ) -> Endpoints.Change? {
        switch verdict {
        case .nothing: return nil
        case .well:
            let wasOpen = self.probeAt != nil
            (failures, self.probeAt) = (0, nil)
            return wasOpen ? .closed : nil
        case .fault(let reason):
            failures += 1
            guard failures >= limit else { return nil }
            let wasOpen = self.probeAt != nil
            self.probeAt = probeAt
            return wasOpen ? nil : .opened(reason)
        }
    }
}
