import FoundationEssentials
import GRDB
import IXCore
import IXSchedules
import IXStore

extension ScheduleState {
    init(_ row: Row) {
        var definition = ScheduleDefinition(row["name"], request: row["request"])
        (definition.cron, definition.everySeconds) = (row["cron"], row["every_seconds"])
        (definition.timeZone, definition.callbackURL) = (row["time_zone"], row["callback_url"])
        (definition.queue, definition.groupKey) = (row["queue"], row["group_key"])
        (definition.priority, definition.maxAttempts) = (row["priority"], row["max_attempts"])
        definition.missed = DueSchedule.MissedPolicy(rawValue: row["missed"]) ?? .last
        definition.missedWithin = row["missed_within_seconds"]
        definition.overlap = ScheduleDefinition.Overlap(rawValue: row["overlap"]) ?? .allow
        (definition.startsAt, definition.endsAt) = (row.moment("starts_at"), row.moment("ends_at"))
        self.init(definition, version: row["version"])
        setNext(row["next_at"])
        (lastAt, lastJob) = (row.moment("last_at"), row.uuid("last_job"))
        lastStatus = (row["last_status"] as String?).flatMap(JobStatus.init)
        (pausedAt, pausedReason) = (row["paused_at"], row["paused_reason"])
        origin = QueueKeyOrigin(json: row["origin"])
    }
}

extension DueSchedule {
    init(_ row: Row) {
        self.init(row["name"] as String, version: row["version"])
        (cron, everySeconds, timeZone) = (row["cron"], row["every_seconds"], row["time_zone"])
        (startsAt, endsAt, nextAt) = (row.moment("starts_at"), row.moment("ends_at"), row.moment("next_at"))
        (isOver, isStale) = (row["is_over"], row["is_stale"])
        missed = MissedPolicy(rawValue: row["missed"]) ?? .last
        missedWithin = .seconds(min(max(row["missed_within_seconds"], 0), ScheduleDefinition.mostWithin))
    }
}

extension ScheduleCounts {
    init(_ row: Row?) {
        self.init()
        guard let row else { return }
        (on, paused, halted) = (row["on"], row["paused"], row["halted"])
        lastFire = row.moment("last_fire")
    }
}

extension ScheduleOutlook {
    init(_ row: Row?, at now: Timestamp) {
        self.init()
        guard let row else { return }
        (counts, nextAt, late) = (ScheduleCounts(row), row.moment("soonest"), row["late"])
        oldestLate = row.moment("oldest_late").map { (now - $0).inSeconds }
    }
}

extension Row {
    /// The moment in a column; nil for NULL and infinity.
    func moment(_ column: String) -> Timestamp? { (self[column] as String?).flatMap { Timestamp($0) } }
}
