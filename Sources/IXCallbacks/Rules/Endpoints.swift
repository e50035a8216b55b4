/// How many deliveries each endpoint takes: a few at a time, and after several failures in a row one now and then, so that a
/// dead one delays nobody else. Pure: time comes in.
struct Endpoints {
    enum Verdict: Sendable, Equatable {
        case well
        case fault(String)
        /// It says nothing of the endpoint.
        case nothing
        /// Its address is busy with other deliveries: nothing is sent there for a moment.
        case crowded
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
        /// Until when its address is left alone.
        var restsUntil: ContinuousClock.Instant?
        var usedAt: ContinuousClock.Instant

        /// Nothing need be remembered of one that is well and idle.
        func isForgotten(at now: ContinuousClock.Instant) -> Bool {
            inFlight == 0 && failures == 0 && restsUntil ?? now <= now
        }
    }

    /// So many are remembered: producers make endpoints up as they like.
    static let limit = 1000
    private static let rest = Duration.seconds(1)

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
            if let end = endpoint.restsUntil, end > now { return 0 }
            guard let probeAt = endpoint.probeAt else { return places - endpoint.inFlight }
            return probeAt <= now && endpoint.inFlight == 0 ? 1 : 0
        }.filter { $0.value != places }
    }

    /// How long until an endpoint that takes nothing now is tried again; nil when there is none.
    func nextProbe(at now: ContinuousClock.Instant) -> Duration? {
        let probes = endpoints.values.filter { $0.inFlight == 0 }.compactMap(\.probeAt)
        let rests = endpoints.values.compactMap(\.restsUntil).filter { $0 > now }
        return (probes + rests).min().map { max($0 - now, .zero) }
    }

    mutating func began(_ name: String, at now: ContinuousClock.Instant) {
        endpoints[name, default: Endpoint(usedAt: now)].inFlight += 1
    }

    mutating func ended(_ name: String, _ verdict: Verdict, at now: ContinuousClock.Instant) -> Change? {
        guard var endpoint = endpoints[name] else { return nil }
        endpoint.inFlight -= 1
        endpoint.usedAt = now
        let change = endpoint.judge(verdict, failuresUntilOpen, now + pause)
        endpoint.restsUntil = verdict == .crowded ? now + Self.rest : endpoint.restsUntil
        endpoints[name] = endpoint.isForgotten(at: now) ? nil : endpoint
        if endpoints.count > Self.limit { forget(at: now) }
        return change
    }

    /// Forgets what was of no use for longest, until there is room again for a while. A dead endpoint that is forgotten is
    /// found dead once more.
    private mutating func forget(at now: ContinuousClock.Instant) {
        endpoints = endpoints.filter { !$0.value.isForgotten(at: now) }
        let idle = endpoints.filter { $0.value.inFlight == 0 }.sorted { $0.value.usedAt < $1.value.usedAt }
        let excess = endpoints.count - Self.limit * 9 / 10
        for (name, _) in idle.prefix(max(0, excess)) { endpoints[name] = nil }
    }
}

extension Endpoints.Endpoint {
    fileprivate mutating func judge(
        _ verdict: Endpoints.Verdict, _ limit: Int, _ probeAt: ContinuousClock.Instant
    ) -> Endpoints.Change? {
        switch verdict {
        case .nothing, .crowded: return nil
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
