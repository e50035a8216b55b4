/// `Endpoints` limits the concurrent deliveries to each endpoint. After several failures in a row the endpoint gets
/// only a probe delivery now and then, so that a dead endpoint delays no other endpoint. Pure: the caller passes the
/// time.
struct Endpoints {
    enum Observation: Sendable, Equatable {
        case well
        case fault(String)
        /// The result says nothing about the endpoint.
        case nothing
        /// The endpoint's address is busy with other deliveries: the endpoint gets no delivery for a moment.
        case crowded
    }

    /// The transition of a breaker after an observation.
    enum Transition: Sendable, Equatable {
        case opened(String)
        case closed
    }

    fileprivate struct Endpoint {
        var inFlight = 0
        var failures = 0
        /// The time from which a probe delivery is allowed; nil while the endpoint is well.
        var probeAt: ContinuousClock.Instant?
        /// The time until which the endpoint gets no delivery because its address is busy.
        var restsUntil: ContinuousClock.Instant?
        var usedAt: ContinuousClock.Instant

        /// Returns true for an endpoint that is well and idle, because such an endpoint has the default state.
        func isForgotten(at now: ContinuousClock.Instant) -> Bool {
            inFlight == 0 && failures == 0 && restsUntil ?? now <= now
        }
    }

    /// The maximum number of endpoints remembered, because producers can invent any number of endpoints.
    static let limit = 1000
    private static let rest = Duration.seconds(1)

    var slots: Int
    var failuresUntilOpen: Int
    var pause: Duration
    private var endpoints: [String: Endpoint] = [:]

    init(slots: Int, failuresUntilOpen: Int, pause: Duration) {
        self.slots = slots
        self.failuresUntilOpen = failuresUntilOpen
        self.pause = pause
    }

    /// The number of running deliveries to all endpoints.
    var inFlight: Int { endpoints.values.reduce(0) { $0 + $1.inFlight } }

    /// The endpoints with an open breaker, sorted by name.
    var open: [String] { endpoints.filter { $0.value.probeAt != nil }.keys.sorted() }

    /// Returns the free slots of the endpoints whose slots are not all free.
    func free(at now: ContinuousClock.Instant) -> [String: Int] {
        endpoints.mapValues { endpoint in
            if let end = endpoint.restsUntil, end > now { return 0 }
            guard let probeAt = endpoint.probeAt else { return slots - endpoint.inFlight }
            return probeAt <= now && endpoint.inFlight == 0 ? 1 : 0
        }.filter { $0.value != slots }
    }

    /// Returns the time until a blocked endpoint gets a delivery again; nil when no endpoint is blocked.
    func nextProbe(at now: ContinuousClock.Instant) -> Duration? {
        let probes = endpoints.values.filter { $0.inFlight == 0 }.compactMap(\.probeAt)
        let rests = endpoints.values.compactMap(\.restsUntil).filter { $0 > now }
        return (probes + rests).min().map { max($0 - now, .zero) }
    }

    mutating func began(_ name: String, at now: ContinuousClock.Instant) {
        endpoints[name, default: Endpoint(usedAt: now)].inFlight += 1
    }

    mutating func ended(_ name: String, _ observation: Observation, at now: ContinuousClock.Instant) -> Transition? {
        guard var endpoint = endpoints[name] else { return nil }
        endpoint.inFlight -= 1
        endpoint.usedAt = now
        let transition = endpoint.take(observation, failuresUntilOpen, now + pause)
        endpoint.restsUntil = observation == .crowded ? now + Self.rest : endpoint.restsUntil
        endpoints[name] = endpoint.isForgotten(at: now) ? nil : endpoint
        if endpoints.count > Self.limit { forget(at: now) }
        return transition
    }

    /// Forgets the endpoints idle for longest until a tenth of `limit` is free. A forgotten dead endpoint is found dead
    /// again by new failures.
    private mutating func forget(at now: ContinuousClock.Instant) {
        endpoints = endpoints.filter { !$0.value.isForgotten(at: now) }
        let idle = endpoints.filter { $0.value.inFlight == 0 }.sorted { $0.value.usedAt < $1.value.usedAt }
        let excess = endpoints.count - Self.limit * 9 / 10
        for (name, _) in idle.prefix(max(0, excess)) { endpoints[name] = nil }
    }
}

extension Endpoints.Endpoint {
    fileprivate mutating func take(
        _ observation: Endpoints.Observation, _ limit: Int, _ probeAt: ContinuousClock.Instant
    ) -> Endpoints.Transition? {
        switch observation {
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

/// `ClientShares` limits the concurrent deliveries of each client, so that the slow receivers of a client never take
/// all slots. Pure.
struct ClientShares {
    /// The maximum number of concurrent deliveries for a client.
    var share: Int
    private var inFlight: [String: Int] = [:]

    init(share: Int) { self.share = share }

    /// The free deliveries of the clients with running deliveries; every other client has `share`.
    var left: [String: Int] { inFlight.mapValues { share - $0 } }

    mutating func began(_ client: String) { inFlight[client, default: 0] += 1 }

    mutating func ended(_ client: String) {
        guard let count = inFlight[client] else { return }
        inFlight[client] = count > 1 ? count - 1 : nil
    }
}
