package import IXCore

/// `ScheduleRule` names the moments of a schedule: a cron expression in a time zone or a fixed distance, between a start
/// and an end.
///
/// Guarantees: the moments depend on the rule and the zone's file alone, so that any daemon on any store finds the
/// same ones. A local time that doesn't exist fires once, when the gap ends; several such times fire once together. A
/// local time that exists twice fires the first time. With `*` in the hour the moments follow elapsed time: none in the
/// gap, and each elapsed hour. The work of a search is bounded for any input.
package struct ScheduleRule: Sendable, Hashable {
    /// What the moments follow.
    package enum Moments: Sendable, Hashable {
        /// Minutes of local time.
        case cron(CronExpression, TimeZoneFile)
        /// Equal distances from `startsAt`, else from 1970-01-01T00:00Z.
        case every(Every)
    }

    package let moments: Moments
    /// No moment is earlier.
    package let startsAt: Timestamp?
    /// No moment is later.
    package let endsAt: Timestamp?

    /// Creates a rule.
    ///
    /// Failure: `InvalidInput` naming `ends_at` when the end lies before the start.
    package init(_ moments: Moments, startsAt: Timestamp? = nil, endsAt: Timestamp? = nil) throws(InvalidInput) {
        if let startsAt, let endsAt, endsAt < startsAt { throw InvalidInput("ends_at", "is before starts_at") }
        (self.moments, self.startsAt, self.endsAt) = (moments, startsAt, endsAt)
    }

    /// Reads a rule from its parts, of which `cron` or `every` is given.
    ///
    /// Failure: `InvalidInput` naming the field; `TimeZoneUnavailable` when this host can't read the zone.
    package static func read(
        cron: String?, every: Double?, timeZone: String = TimeZoneFile.utc.name, startsAt: Timestamp? = nil,
        endsAt: Timestamp? = nil, folder: String = TimeZoneFile.folder
    ) throws -> ScheduleRule {
        let zone = try TimeZoneFile.named(timeZone, folder: folder)
        switch (cron, every) {
        case (let cron?, nil):
            return try ScheduleRule(.cron(CronExpression(cron), zone), startsAt: startsAt, endsAt: endsAt)
        case (nil, let every?):
            return try ScheduleRule(.every(Every(decimal: every)), startsAt: startsAt, endsAt: endsAt)
        case (nil, nil): throw InvalidInput("cron", "is missing; a schedule has cron or every_seconds")
        case (_?, _?): throw InvalidInput("every_seconds", "is given beside cron; a schedule has one of both")
        }
    }

    /// Returns the first moment of the rule later than `moment`; nil when none comes.
    package func next(after moment: Timestamp) -> Timestamp? {
        var moment = moment
        if let startsAt, moment < startsAt {
            moment = Timestamp(microseconds: startsAt.microseconds - 1)
        }
        guard let next = unbounded(after: moment), endsAt.map({ next <= $0 }) ?? true else { return nil }
        return next
    }

    /// Returns the newest moment of the rule later than `moment` and not later than `end`; nil when there is none. After
    /// an outage this is the moment that the policy `last` fires.
    package func newestMissed(after moment: Timestamp, upTo end: Timestamp) -> Timestamp? {
        guard moment < end, var newest = next(after: moment), newest <= end else { return nil }
        // Halves the time in which a newer moment may lie, so that years of moments cost tens of searches.
        var limit = end.microseconds
        while newest.microseconds < limit {
            let middle = newest.microseconds + (limit - newest.microseconds) / 2
            if let later = next(after: Timestamp(microseconds: middle)), later <= end {
                newest = later
            } else {
                limit = middle
            }
        }
        return newest
    }

    private func unbounded(after moment: Timestamp) -> Timestamp? {
        switch moments {
        case .every(let every): every.next(after: moment, from: startsAt ?? Timestamp(microseconds: 0))
        case .cron(let cron, let zone): CronSearch(cron: cron, clock: LocalClock(zone: zone)).next(after: moment)
        }
    }
}
