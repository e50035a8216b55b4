package import IXCore

/// `DueSchedule` is a schedule as a store keeps it, with the rule unread: not planned yet, with a moment that has come, or
/// with a plan of a clock that has been set back since.
package struct DueSchedule: Sendable, Hashable {
    /// What becomes of moments that passed while no daemon ran.
    package enum MissedPolicy: String, Sendable {
        /// The newest one fires.
        case last
        /// None fires.
        case skip
    }

    package var name: String
    /// Raised by each change of the schedule.
    package var version: Int64
    package var cron: String?
    package var everySeconds: Double?
    package var timeZone = TimeZoneFile.utc.name
    package var startsAt: Timestamp?
    package var endsAt: Timestamp?
    package var missed = MissedPolicy.last
    /// A missed moment that lies further back doesn't fire.
    package var missedWithin = Duration.seconds(86_400)
    /// The planned moment; nil when no daemon has planned yet.
    package var nextAt: Timestamp?
    /// True when the plan says that no further moment comes.
    package var isOver = false
    /// True when the plan was made at a time that lies ahead, because the clock has been set back since. The plan passes over
    /// moments that have not come.
    package var isStale = false

    /// The plan as the stores keep it: nil, a time or `infinity`.
    package var plan: String? { isOver ? "infinity" : nextAt?.text }

    /// Creates a schedule that no daemon has planned.
    package init(_ name: String, version: Int64) { (self.name, self.version) = (name, version) }

    /// A moment counts as missed when it fires later than this.
    package static let punctuality = Duration.seconds(60)

    /// Returns what to do at `now`, by the store's clock.
    ///
    /// Of several moments that have come, only the newest fires, and if the planned one is older, the newest is planned
    /// first. Plans begin with the first moment after `now`. A stale plan is made anew; moments that fired before the clock was
    /// set back have their jobs already, which the store finds by their keys.
    package func step(at now: Timestamp, folder: String = TimeZoneFile.folder) -> ScheduleStep {
        do {
            return step(at: now, try rule(folder))
        } catch let error as InvalidInput where error.field != "time_zone" {
            return .pause(reason: error.description)
        } catch {
            return .leave(reason: "\(error)")
        }
    }

    private func rule(_ folder: String) throws -> ScheduleRule {
        try ScheduleRule.read(
            cron: cron, every: everySeconds, timeZone: timeZone, startsAt: startsAt, endsAt: endsAt, folder: folder)
    }

    private func step(at now: Timestamp, _ rule: ScheduleRule) -> ScheduleStep {
        guard let nextAt, !isStale else { return .plan(rule.next(after: now)) }
        guard nextAt <= now else { return .wait }
        // The zone may have changed since the plan, so that the planned moment is none any more; it fires all the same.
        let newest = rule.newestMissed(after: nextAt, upTo: now) ?? nextAt
        let limit = missed == .last ? max(missedWithin, Self.punctuality) : Self.punctuality
        guard now - newest <= limit else { return .plan(rule.next(after: now)) }
        return newest == nextAt ? .fire(next: rule.next(after: now)) : .plan(newest)
    }
}
