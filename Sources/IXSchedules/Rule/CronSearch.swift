import IXCore

/// Finds the moments at which a cron expression fires on a zone's clock.
struct CronSearch {
    let cron: CronExpression
    let clock: LocalClock

    /// Returns the first moment later than `moment`; nil when none comes until the end of the year 9999.
    func next(after moment: Timestamp) -> Timestamp? {
        let second = Int(moment.microseconds).dividedDown(by: 1_000_000)
        let found = cron.followsElapsedTime ? elapsed(after: second) : local(after: second)
        guard let found, found <= Self.last else { return nil }
        return Timestamp(microseconds: Int64(found) * 1_000_000)
    }

    private static let last = Int(Timestamp.latest.microseconds / 1_000_000)

    /// Local times in their order, each at the first moment when the clock shows the time or is past it. A time that
    /// the clock has shown, or passed by a change, has fired.
    private func local(after second: Int) -> Int? {
        guard let local = cron.next(from: clock.latest(until: second) + 1, before: .max) else { return nil }
        return clock.first(showing: local)
    }

    /// Elapsed time: each moment at which the clock shows a chosen minute, one stretch without a change after the other.
    private func elapsed(after second: Int) -> Int? {
        var at = second + 1
        while at <= Self.last {
            let segment = clock.zone.segment(at: at)
            let end = min(segment.end, Self.last + 1)
            if let local = cron.next(from: at + segment.offset, before: end + segment.offset) {
                return local - segment.offset
            }
            at = segment.end
        }
        return nil
    }
}
