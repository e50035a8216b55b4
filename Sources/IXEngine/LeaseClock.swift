import IXStore
import Synchronization

/// The store's clock as heartbeats tell it, beside this process's own: when a lease that looks ended is. Pure.
///
/// A clock that jumps, and an outage that was the same for every daemon, end no lease: the others get the time of a heartbeat
/// to renew theirs. Until then, and at first, only workers that were declared gone count as dead.
struct LeaseClock: Sendable {
    private struct Reading {
        let clock: Double
        let asked: ContinuousClock.Instant
        let answered: ContinuousClock.Instant
    }

    /// Differences up to so many seconds are a slow answer's, or a clock's that is being set gently.
    private static let tolerance = 2.0

    /// After so long without an answer the others may have had none either.
    private let silence: Duration
    /// How long the others get.
    private let settling: Duration
    private let start: ContinuousClock.Instant
    private var last: Reading?
    private var settledAt: ContinuousClock.Instant

    init(lease: Duration, heartbeat: Duration, at now: ContinuousClock.Instant) {
        silence = lease / 2
        settling = min(lease, heartbeat + .seconds(2))
        start = now
        settledAt = now + settling
    }

    /// A heartbeat was answered. By how many seconds the store's clock has jumped, nil when it has not.
    mutating func heard(
        _ clock: Double, asked: ContinuousClock.Instant, answered: ContinuousClock.Instant
    ) -> Double? {
        defer { last = Reading(clock: clock, asked: asked, answered: answered) }
        if answered - (last?.answered ?? start) > silence { settledAt = answered + settling }
        guard let last else { return nil }
        let least = last.clock + (asked - last.answered).inSeconds
        let most = last.clock + (answered - last.asked).inSeconds
        let jump = clock < least ? clock - least : max(0, clock - most)
        guard abs(jump) > Self.tolerance else { return nil }
        settledAt = answered + settling
        return jump
    }

    /// Which leases a sweep at `now` takes for ended.
    func leases(at now: ContinuousClock.Instant) -> SweptLeases {
        guard let last, now >= settledAt, now - last.answered <= silence else { return .ended }
        return .runOutBefore(last.clock + (now - last.answered).inSeconds)
    }
}

extension Duration {
    fileprivate var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
