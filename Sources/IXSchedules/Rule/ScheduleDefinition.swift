package import IXCore

/// `ScheduleDefinition` is what an operator says of a schedule: the rule of its moments, and the job. The same check serves
/// every door.
package struct ScheduleDefinition: Sendable, Equatable {
    /// What happens to a moment while the job of the moment before has not ended.
    package enum Overlap: String, Sendable, CaseIterable {
        case allow, skip, replace
    }

    /// The members by name, as in `ix_schedules`.
    package static let names = [
        "request", "cron", "every_seconds", "time_zone", "callback_url", "queue", "group_key", "priority",
        "max_attempts", "missed", "missed_within_seconds", "overlap", "starts_at", "ends_at",
    ]
    /// Limit of `missed_within_seconds`: ten years.
    package static let mostWithin = 315_360_000.0

    package var name: String
    /// The job's document, without the names that a fire adds.
    package var request: String
    package var cron: String?
    package var everySeconds: Double?
    package var timeZone = TimeZoneFile.utc.name
    package var callbackURL: String?
    package var queue: String?
    package var groupKey: String?
    package var priority: Int?
    package var maxAttempts: Int?
    package var missed = DueSchedule.MissedPolicy.last
    /// A missed moment that lies further back doesn't fire.
    package var missedWithin = 86_400.0
    package var overlap = Overlap.allow
    package var startsAt: Timestamp?
    package var endsAt: Timestamp?

    /// Creates an unchecked definition without moments, for a row of a store.
    package init(_ name: String, request: String) { (self.name, self.request) = (name, request) }

    /// Reads an object of members; those left out get their defaults.
    ///
    /// Failure: `InvalidInput` names the member.
    package init(_ name: String, _ document: JSONDocument) throws(InvalidInput) {
        if let unknown = document.names.first(where: { !Self.names.contains($0) }) {
            throw InvalidInput(unknown, "is no setting of a schedule")
        }
        self.init(name, request: document["request"]?.text ?? "null")
        (cron, callbackURL) = (try document.text("cron"), try document.text("callback_url"))
        everySeconds = try Self.number("every_seconds", document)
        timeZone = try document.text("time_zone") ?? timeZone
        (queue, groupKey) = (try document.text("queue"), try document.text("group_key"))
        (priority, maxAttempts) = (try document.integer("priority"), try document.integer("max_attempts"))
        missed = try Self.word("missed", document, "last or skip") ?? missed
        missedWithin = try Self.number("missed_within_seconds", document) ?? missedWithin
        overlap = try Self.word("overlap", document, "allow, skip or replace") ?? overlap
        (startsAt, endsAt) = (try Self.time("starts_at", document), try Self.time("ends_at", document))
        try check()
    }

    /// Throws `InvalidInput` naming the first wrong member. Whether the zone exists is the store's to say.
    package func check() throws(InvalidInput) {
        try Self.checkName(name)
        try checkJob()
        try checkMoments()
        guard (0...Self.mostWithin).contains(missedWithin) else {
            throw InvalidInput("missed_within_seconds", "must be 0 to \(Int(Self.mostWithin))")
        }
        if let startsAt, let endsAt, endsAt < startsAt { throw InvalidInput("ends_at", "is before starts_at") }
    }

    /// Throws `InvalidInput` for a name that no schedule can have.
    package static func checkName(_ name: String) throws(InvalidInput) {
        try Keys.validated(name, field: "name")
        guard name.utf8.count <= ScheduleKey.nameBytes else {
            throw InvalidInput("name", "over \(ScheduleKey.nameBytes) bytes")
        }
    }

    private func checkMoments() throws(InvalidInput) {
        switch (cron, everySeconds) {
        case (nil, nil): throw InvalidInput("cron", "is missing; a schedule has cron or every_seconds")
        case (_?, _?): throw InvalidInput("every_seconds", "is given beside cron; a schedule has one of both")
        case (let cron?, nil): _ = try CronExpression(cron)  // ignored: only the faults count
        case (nil, let every?): _ = try Every(decimal: every)  // ignored: as above
        }
        try TimeZoneName.check(timeZone)
    }

    private func checkJob() throws(InvalidInput) {
        guard request != "null" else { throw InvalidInput("request", "is not a JSON object") }
        let document = try JSONDocument(request: request)
        guard document["ix_client_id"] == nil, document["request_id"] == nil else {
            throw InvalidInput("request", "its ix_client_id and request_id are the schedule's to give")
        }
        _ = try job(requestID: "check")  // ignored: only the faults count
        if let callbackURL { try Keys.validatedURL(callbackURL) }
        if let queue { try Keys.validated(queue, field: "queue") }
        if let groupKey { try Keys.validated(groupKey, field: "group_key") }
        if let priority, !(-Limits.priority...Limits.priority).contains(priority) {
            throw InvalidInput("priority", "must be -\(Limits.priority) to \(Limits.priority)")
        }
        if let maxAttempts, !(0...Limits.mostAttempts).contains(maxAttempts) {
            throw InvalidInput("max_attempts", "must be 0 (no limit) to \(Limits.mostAttempts)")
        }
    }

    /// Returns the request of a fire. Failure: `InvalidInput` for a document that no store takes.
    package func job(requestID: String) throws(InvalidInput) -> RequestIX {
        try RequestIX(
            try JSONDocument(request: request)
                .setting([("ix_client_id", ScheduleKey.client), ("request_id", requestID)]))
    }

    private static func number(_ name: String, _ document: JSONDocument) throws(InvalidInput) -> Double? {
        guard let value = document[name], !value.isNull else { return nil }
        guard let number = value.number, number.isFinite else { throw InvalidInput(name, "is not a number") }
        return number
    }

    private static func word<Word: RawRepresentable<String>>(
        _ name: String, _ document: JSONDocument, _ words: String
    ) throws(InvalidInput) -> Word? {
        guard let text = try document.text(name) else { return nil }
        guard let word = Word(rawValue: text) else { throw InvalidInput(name, "must be \(words)") }
        return word
    }

    private static func time(_ name: String, _ document: JSONDocument) throws(InvalidInput) -> Timestamp? {
        guard let text = try document.text(name) else { return nil }
        guard let time = Timestamp(text) else {
            throw InvalidInput(name, "is no time; write it like 2026-03-04T05:06:07.000008Z")
        }
        return time
    }
}
