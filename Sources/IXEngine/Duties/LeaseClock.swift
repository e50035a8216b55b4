import IXCore
import IXStore
import Synchronization

/// `LeaseClock` compares the store's clock, read by heartbeats, with this process's clock, and decides when other
/// daemons' leases count as ended. Pure.
///
/// A jump of the store's clock ends no lease, and neither does an outage that affected every daemon. Other daemons get
/// the time of a heartbeat to renew their leases. Until then, and at the start, only daemons that were declared gone
/// count as dead.
struct LeaseClock: Sendable {
    private struct Reading {
        let clock: Double
        let asked: ContinuousClock.Instant
        let answered: ContinuousClock.Instant
    }

    /// The difference in seconds that is no jump: a slow answer, or a gradual adjustment of the clock.
    private static let tolerance = 2.0

    /// The time without an answer after which all daemons may be without an answer.
    private let silence: Duration
    /// The time for other daemons to renew their leases.
    private let renewalTime: Duration
    private let start: ContinuousClock.Instant
    private var last: Reading?
    private var trustedFrom: ContinuousClock.Instant

    init(lease: Duration, heartbeat: Duration, at now: ContinuousClock.Instant) {
        silence = lease / 2
        renewalTime = min(lease, heartbeat + .seconds(2))
        start = now
        trustedFrom = now + renewalTime
    }

    /// Records an answered heartbeat. Returns the jump of the store's clock in seconds, nil when the clock has not
    /// jumped.
    mutating func heard(
        _ clock: Double, asked: ContinuousClock.Instant, answered: ContinuousClock.Instant
    ) -> Double? {
        defer { last = Reading(clock: clock, asked: asked, answered: answered) }
        if answered - (last?.answered ?? start) > silence { trustedFrom = answered + renewalTime }
        guard let last else { return nil }
        let least = last.clock + (asked - last.answered).inSeconds
        let most = last.clock + (answered - last.asked).inSeconds
        let jump = clock < least ? clock - least : max(0, clock - most)
        guard abs(jump) > Self.tolerance else { return nil }
        trustedFrom = answered + renewalTime
        return jump
    }

    /// Returns the leases that a sweep at `now` treats as ended.
    func leases(at now: ContinuousClock.Instant) -> SweptLeases {
        guard let last, now >= trustedFrom, now - last.answered <= silence else { return .ended }
        return .runOutBefore(last.clock + (now - last.answered).inSeconds)
    }
}
