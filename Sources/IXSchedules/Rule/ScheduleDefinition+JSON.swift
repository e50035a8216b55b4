import IXCore

extension ScheduleDefinition {
    /// The members by name with their values as JSON; a member without a value is left out.
    package var members: [(String, String)] {
        let texts: [(String, String?)] = [
            ("cron", cron), ("time_zone", cron == nil ? nil : timeZone), ("callback_url", callbackURL),
            ("queue", queue), ("group_key", groupKey),
        ]
        let numbers: [(String, Int?)] = [("priority", priority), ("max_attempts", maxAttempts)]
        let times: [(String, Timestamp?)] = [("starts_at", startsAt), ("ends_at", endsAt)]
        let every = everySeconds.map { [("every_seconds", Self.number($0))] } ?? []
        return every + texts.compactMap { name, text in text.map { (name, JSONPairs.literal($0)) } }
            + numbers.compactMap { name, number in number.map { (name, "\($0)") } }
            + [
                ("missed", JSONPairs.literal(missed.rawValue)), ("missed_within_seconds", Self.number(missedWithin)),
                ("overlap", JSONPairs.literal(overlap.rawValue)),
            ]
            + times.compactMap { name, time in time.map { (name, JSONPairs.literal($0.text)) } }
    }

    /// The definition as an object, under the names of `ix_schedules`.
    package var json: String {
        JSONPairs([("name", JSONPairs.literal(name)), ("request", request)] + members).text
    }

    /// The rule. Failure: `InvalidInput` naming the member, also for an unknown zone; `TimeZoneUnavailable` where this host
    /// can't read the zone.
    package func rule(folder: String = TimeZoneFile.folder) throws -> ScheduleRule {
        try ScheduleRule.read(
            cron: cron, every: everySeconds, timeZone: timeZone, startsAt: startsAt, endsAt: endsAt, folder: folder)
    }

    /// The rule for people: `30 2 * * * Europe/Berlin`, `every 900 s`.
    package var ruleText: String {
        if let cron { return timeZone == TimeZoneFile.utc.name ? cron : "\(cron) \(timeZone)" }
        return "every \(everySeconds.map(Self.number) ?? "?") s"
    }

    /// A whole number without a fraction.
    private static func number(_ value: Double) -> String {
        Int(exactly: value).map { "\($0)" } ?? JSONPairs.number(value)
    }
}
