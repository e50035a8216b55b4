import IXSchedules

/// A key of a table `[schedules.NAME]`: a member of a schedule.
struct ScheduleFileKey: Sendable {
    let name: String
    let kind: ConfigurationKey.Kind
    /// The value shown in the reference file: the default, or an example of a key without one.
    let example: Setting
    let hasDefault: Bool
    let doc: String

    /// Every key, in the order of the reference file.
    static let all = [
        ScheduleFileKey("use_case", .text, .text("report"), "Use case of the jobs; must be given."),
        ScheduleFileKey(
            "request", .text, .text("{}"), hasDefault: true, "The request's other fields: a JSON object as text."),
        ScheduleFileKey(
            "cron", .text, .text("30 2 * * *"),
            "Minute, hour, day, month and weekday as in crontab, or @daily and the like."),
        ScheduleFileKey(
            "every_seconds", .seconds(1...315_360_000), .seconds(.seconds(900)),
            "In place of cron: whole seconds from a moment to the next."),
        ScheduleFileKey(
            "time_zone", .text, .text(TimeZoneFile.utc.name), hasDefault: true, "Zone whose clock cron follows."),
        ScheduleFileKey(
            "callback_url", .text, .text("https://shop.example/done"),
            "URL to which the response of each job is posted."),
        ScheduleFileKey("queue", .text, .text("reports"), "Queue in whose line the jobs stand."),
        ScheduleFileKey("group_key", .text, .text("acme"), "Group of the jobs within the queue."),
        ScheduleFileKey(
            "priority", .integer(-1000...1000), .integer(0), hasDefault: true,
            "Smaller starts sooner, within the queue."),
        ScheduleFileKey(
            "max_attempts", .integer(0...1_000_000), .integer(3), hasDefault: true,
            "Starts of a job that may fail or crash; 0: no limit."),
        ScheduleFileKey(
            "missed", .choice(["last", "skip"]), .text("last"), hasDefault: true,
            "What becomes of moments without a daemon: last fires the newest, skip none."),
        ScheduleFileKey(
            "missed_within_seconds", .seconds(0...ScheduleDefinition.mostWithin), .seconds(.seconds(86_400)),
            hasDefault: true, "A missed moment that lies further back doesn't fire."),
        ScheduleFileKey(
            "overlap", .choice(["allow", "skip", "replace"]), .text("allow"), hasDefault: true,
            "While the last job has not ended: allow another, skip the moment, or replace the job."),
        ScheduleFileKey("starts_at", .text, .text("2026-03-04T05:06:07Z"), "No moment is earlier."),
        ScheduleFileKey("ends_at", .text, .text("2027-03-04T05:06:07Z"), "No moment is later."),
    ]

    private init(
        _ name: String, _ kind: ConfigurationKey.Kind, _ example: Setting, hasDefault: Bool = false, _ doc: String
    ) {
        (self.name, self.kind, self.example, self.hasDefault, self.doc) = (name, kind, example, hasDefault, doc)
    }
}
