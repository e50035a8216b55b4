package import FoundationEssentials
import IXCore
package import IXSchedules
package import IXStore

extension PostgresOperations {
    package func schedules(after name: String, limit: Int) throws(StoreError) -> [ScheduleState] {
        try run(.listSchedules, [nil, name, "\(limit)"]).map(ScheduleState.init)
    }

    package func schedule(_ name: String) throws(StoreError) -> ScheduleState? {
        // No column holds NUL, and libpq would end the text there.
        guard !name.utf8.contains(0) else { return nil }
        return try run(.listSchedules, [name, "", "1"]).map(ScheduleState.init).first
    }

    package func setSchedule(_ definition: ScheduleDefinition) throws(StoreError) -> Int64 {
        do throws(InvalidInput) { try definition.check() } catch {
            throw StoreError(.invalidInput(error), operation: "set_schedule", message: error.description)
        }
        let one = definition
        let rows = try run(
            .setSchedule,
            [
                one.name, one.request, one.cron, one.everySeconds.map { "\($0)" }, one.timeZone, one.callbackURL,
                one.queue, one.groupKey, one.priority.map { "\($0)" }, one.maxAttempts.map { "\($0)" },
                one.missed.rawValue, "\(one.missedWithin)", one.overlap.rawValue, one.startsAt?.text, one.endsAt?.text,
            ])
        guard let version = rows.first?.text("version").flatMap({ Int64($0) }) else { throw fault(.setSchedule) }
        return version
    }

    package func removeSchedule(_ name: String) throws(StoreError) -> Bool { try change(.removeSchedule, name) }

    package func pauseSchedule(_ name: String) throws(StoreError) -> Bool { try change(.pauseSchedule, name) }

    package func resumeSchedule(_ name: String) throws(StoreError) -> Bool { try change(.resumeSchedule, name) }

    package func fireSchedule(_ name: String) throws(StoreError) -> UUID {
        guard let row = try run(.fireNow, [name]).first else { throw fault(.fireNow) }
        return try row.id("job_id")
    }

    package func restore(_ schedule: ScheduleState) throws(StoreError) -> Bool {
        try run(.restoreSchedule, [schedule.record]).first != nil
    }

    private func change(_ statement: Statement, _ name: String) throws(StoreError) -> Bool {
        try run(statement, [name]).first?.bool("changed") ?? false
    }
}

extension PostgresOperations {
    package func enterSchedules(_ file: ScheduleFile) throws(StoreError) -> [ScheduleFileChange] {
        try run(.enterSchedules, [file.host, file.instance, file.json]).all.compactMap { row in
            guard let kind = ScheduleFileChange.Kind(rawValue: row.string("change")) else { return nil }
            return ScheduleFileChange(
                name: row.string("name"), kind: kind, origin: QueueKeyOrigin(json: row.text("origin")),
                reason: row.text("reason"))
        }
    }

    package func findSchedules(limit: Int) throws(StoreError) -> DueSchedules {
        let rows = try run(.findSchedules, ["\(limit)"])
        guard let first = rows.first, let now = first.moment("now") else { throw fault(.findSchedules) }
        return DueSchedules(
            now: now, soonest: first.moment("soonest"), schedules: rows.map { DueSchedule($0) }.compactMap { $0 },
            counts: ScheduleCounts(first))
    }

    package func planSchedules(_ plans: [SchedulePlan]) throws(StoreError) -> [Bool] {
        guard !plans.isEmpty else { return [] }
        let rows = try run(
            .planSchedules,
            plans.map(\.schedule).columns + [
                plans.map { $0.next?.text ?? "infinity" }.array, plans.map(\.reason).array,
            ])
        guard rows.count == plans.count else { throw fault(.planSchedules) }
        return rows.map { $0.bool("changed") }
    }

    package func fireSchedules(_ fires: [ScheduleFire]) throws(StoreError) -> [ScheduleFire.Result] {
        guard !fires.isEmpty else { return [] }
        let rows = try run(
            .fireSchedules, fires.map(\.schedule).columns + [fires.map { $0.next?.text ?? "infinity" }.array])
        let results = rows.map { ScheduleFire.Result(rawValue: $0.string("result")) }.compactMap { $0 }
        guard results.count == fires.count else { throw fault(.fireSchedules) }
        return results
    }
}

extension ScheduleCounts {
    fileprivate init(_ row: PostgresRows.Row) {
        self.init()
        (on, paused, halted) = (row.int("going"), row.int("paused"), row.int("halted"))
        lastFire = row.moment("last_fire")
    }
}

extension ScheduleOutlook {
    init(_ row: PostgresRows.Row) {
        self.init()
        (counts, nextAt) = (ScheduleCounts(row), row.moment("soonest"))
        (late, oldestLate) = (row.int("late"), row.seconds("oldest_late"))
    }
}

extension [DueSchedule] {
    /// Names, versions and planned moments as literals of SQL's arrays.
    fileprivate var columns: [String?] {
        [map(\.name).array, map { "\($0.version)" }.array, map(\.plan).array]
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
        missedWithin = .seconds(min(max(row.double("missed_within_seconds") ?? 0, 0), ScheduleDefinition.mostWithin))
        (nextAt, isOver, isStale) = (row.moment("next_at"), row.bool("is_over"), row.bool("is_stale"))
    }
}

extension ScheduleState {
    fileprivate init(_ row: PostgresRows.Row) throws(StoreError) {
        var one = ScheduleDefinition(row.string("name"), request: row.string("request"))
        (one.cron, one.everySeconds, one.timeZone) = (
            row.text("cron"), row.double("every_seconds"), row.string("time_zone")
        )
        (one.callbackURL, one.queue, one.groupKey) = (
            row.text("callback_url"), row.text("queue"), row.text("group_key")
        )
        (one.priority, one.maxAttempts) = (row.number("priority"), row.number("max_attempts"))
        one.missed = DueSchedule.MissedPolicy(rawValue: row.string("missed")) ?? .last
        one.missedWithin = row.double("missed_within_seconds") ?? 0
        one.overlap = ScheduleDefinition.Overlap(rawValue: row.string("overlap")) ?? .allow
        (one.startsAt, one.endsAt) = (row.moment("starts_at"), row.moment("ends_at"))
        self.init(one, version: Int64(row.int("version")))
        setNext(row.time("next_at"))
        (lastAt, lastJob) = (row.moment("last_at"), row.text("last_job").flatMap { UUID(uuidString: $0) })
        lastStatus = row.text("last_status").flatMap(JobStatus.init)
        (pausedAt, pausedReason, origin) = (
            row.time("paused_at"), row.text("paused_reason"), QueueKeyOrigin(json: row.text("origin"))
        )
    }
}

extension PostgresRows.Row {
    /// The moment in a column of seconds since 1970; nil for NULL and infinity.
    fileprivate func moment(_ column: String) -> Timestamp? { time(column).flatMap { Timestamp($0) } }

    /// The number in a column; nil for NULL.
    fileprivate func number(_ column: String) -> Int? { text(column).flatMap { Int($0) } }
}
