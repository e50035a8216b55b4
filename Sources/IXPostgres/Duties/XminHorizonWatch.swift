import IXStore

/// `XminHorizonWatch` finds the holds of the xmin horizon that are older than a limit, from round to round.
///
/// The store may not know the age of a hold. The age then counts from the first round that saw the hold.
struct XminHorizonWatch: Sendable {
    enum Transition: Sendable, Equatable {
        case held(XminHorizonHold, Duration)
        case free(holder: String, Duration)
    }

    private struct Seen {
        let since: ContinuousClock.Instant
        var isLogged = false
        var holder: String
    }

    private var seen: [String: Seen] = [:]

    /// Returns the transitions to log after a round.
    mutating func transitions(
        _ holds: [XminHorizonHold], limit: Duration, now: ContinuousClock.Instant
    ) -> [Transition] {
        let ended = seen.filter { old in !holds.contains { $0.id == old.key } }
        for id in ended.keys { seen[id] = nil }
        let freed = ended.values.filter(\.isLogged).map { Transition.free(holder: $0.holder, now - $0.since) }
        return freed + holds.compactMap { held($0, limit, now) }
    }

    private mutating func held(_ hold: XminHorizonHold, _ limit: Duration, _ now: ContinuousClock.Instant)
        -> Transition?
    {
        let isNew = seen[hold.id] == nil
        var known = seen[hold.id] ?? Seen(since: now - .seconds(hold.seconds ?? 0), holder: hold.holder)
        known.holder = hold.holder
        defer { seen[hold.id] = known }
        // A hold must be seen in two rounds, because short queries in a long transaction hold nothing for long.
        guard !isNew, !known.isLogged, now - known.since >= limit else { return nil }
        known.isLogged = true
        return .held(hold, now - known.since)
    }
}
