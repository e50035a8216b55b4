/// Decides if reads go to the standby. After a failure the standby is tried again after a pause, beside the reads, so no read
/// waits for a server known to be away.
struct StandbyRule: Sendable {
    /// The way of a read.
    enum Decision: Equatable {
        /// Ask the standby.
        case read
        /// Ask the primary.
        case pass
        /// Ask the primary, and try the standby in the background.
        case passAndTry
    }

    /// A change for the log.
    enum Change: Equatable {
        case began
        case ended(reason: String)
    }

    private enum State {
        case unknown, answering
        case away(until: ContinuousClock.Instant)
        case trying
    }

    private var state = State.unknown
    private let pause: Duration

    init(pause: Duration) { self.pause = pause }

    /// True while the standby answers reads.
    var isAnswering: Bool { if case .answering = state { true } else { false } }

    mutating func decide(at now: ContinuousClock.Instant) -> Decision {
        switch state {
        case .unknown, .answering: return .read
        case .trying: return .pass
        case .away(let until):
            guard now >= until else { return .pass }
            state = .trying
            return .passAndTry
        }
    }

    /// The standby answered. Returns the change, nil for none. A read begun before the standby's failure changes nothing.
    mutating func answered(isTrial: Bool) -> Change? {
        switch state {
        case .unknown: break
        case .trying where isTrial: break
        default: return nil
        }
        state = .answering
        return .began
    }

    /// The standby failed. Returns the change, nil for none.
    mutating func failed(_ reason: String, at now: ContinuousClock.Instant) -> Change? {
        defer { state = .away(until: now + pause) }
        switch state {
        case .unknown, .answering: return .ended(reason: reason)
        case .away, .trying: return nil
        }
    }
}
