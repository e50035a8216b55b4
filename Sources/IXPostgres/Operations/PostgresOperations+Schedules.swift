package import IXCore
package import IXSchedules
package import IXStore

/// The schedules that want a daemon's work at one moment.
package struct DueSchedules: Sendable {
    /// The server's time.
    package let now: Timestamp
    /// The next moment of all schedules that have a plan; nil when none has.
    package let soonest: Timestamp?
    package let schedules: [DueSchedule]
}

/// What became of a fire.
package enum FireResult: String, Sendable {
    /// The moment has its job, made now or before.
    case fired
    /// The job before has not ended.
    case skipped
    /// The job was refused, and the schedule is paused.
    case refused
    /// The schedule has changed, or another daemon works on it.
    case void
}

extension PostgresOperations {
    /// Returns up to `limit` schedules without a plan and up to `limit` whose moment has come. Failure: a row that can't
    /// be read is left out.
    package func findSchedules(limit: Int) throws(StoreError) -> DueSchedules {
        let rows = try run(.findSchedules, ["\(limit)"])
        guard let first = rows.first, let now = first.moment("now") else { throw fault(.findSchedules) }
        return DueSchedules(
            now: now, soonest: first.moment("soonest"), schedules: rows.map { DueSchedule($0) }.compactMap { $0 })
    }

    /// Moves the schedule from its planned moment to `next`, which is infinity when nil; or pauses the schedule with a
    /// reason. Returns false when the schedule has changed since.
    package func plan(
        _ schedule: DueSchedule, next: Timestamp?, pausing reason: String? = nil
    ) throws(StoreError) -> Bool {
        let rows = try run(
            .planSchedule,
            [schedule.name, "\(schedule.version)", schedule.nextAt?.text, next?.text ?? "infinity", reason])
        return rows.first?.bool("changed") ?? false
    }

    /// Inserts the schedule's job for its planned moment, and moves the schedule to `next`.
    package func fire(_ schedule: DueSchedule, next: Timestamp?) throws(StoreError) -> FireResult {
        let rows = try run(
            .fireSchedule, [schedule.name, "\(schedule.version)", schedule.nextAt?.text, next?.text ?? "infinity"])
        guard let result = rows.first.flatMap({ FireResult(rawValue: $0.string("result")) }) else {
            throw fault(.fireSchedule)
        }
        return result
    }
}

extension DueSchedule {
    /// Nil for the row that says that there is none.
    fileprivate init?(_ row: PostgresRows.Row) {
        guard let name = row.text("name"), let version = row.text("version").flatMap({ Int64($0) }) else { return nil }
        self.init(name, version: version)
        cron = row.text("cron")
        everySeconds = row.double("every_seconds")
        timeZone = row.string("time_zone")
        startsAt = row.moment("starts_at")
        endsAt = row.moment("ends_at")
        missed = MissedPolicy(rawValue: row.string("missed")) ?? .last
        missedWithin = .seconds(min(max(row.double("missed_within_seconds") ?? 0, 0), 315_360_000))
        nextAt = row.moment("next_at")
    }
}

extension PostgresRows.Row {
    /// The moment in a column of seconds since 1970; nil for NULL and infinity.
    fileprivate func moment(_ column: String) -> Timestamp? { time(column).flatMap { Timestamp($0) } }
}
