package import FoundationEssentials
import GRDB
import IXCore
package import IXSchedules
package import IXStore

extension SQLiteOperations {
    package func schedules(after name: String, limit: Int) throws(StoreError) -> [ScheduleState] {
        try read("list_schedules") { db in try db.rows(.listSchedules, [nil, name, limit]).map { ScheduleState($0) } }
    }

    package func schedule(_ name: String) throws(StoreError) -> ScheduleState? {
        try read("list_schedules") { db in try Self.schedule(name, db) }
    }

    static func schedule(_ name: String, _ db: Database) throws -> ScheduleState? {
        try db.row(.listSchedules, [name, "", 1]).map { ScheduleState($0) }
    }

    package func setSchedule(_ definition: ScheduleDefinition) throws(StoreError) -> Int64 {
        try Self.checked(definition)
        return try write("set_schedule") { db in try Self.put(definition, origin: nil, db).version }
    }

    package func removeSchedule(_ name: String) throws(StoreError) -> Bool {
        try write("remove_schedule") { db in
            if let there = try Self.schedule(name, db) {
                try Self.refusing("remove_schedule") { () throws(InvalidInput) in try there.checkFree() }
            }
            return try db.row(.removeSchedule, [name]) != nil
        }
    }

    package func pauseSchedule(_ name: String) throws(StoreError) -> Bool { try setPaused(name, Timestamp.now.text) }

    package func resumeSchedule(_ name: String) throws(StoreError) -> Bool { try setPaused(name, nil) }

    private func setPaused(_ name: String, _ since: String?) throws(StoreError) -> Bool {
        try write("pause_schedule") { db in
            _ = try Self.existing(name, db)  // ignored: only that the schedule exists
            return try db.row(.pauseSchedule, [name, since]) != nil
        }
    }

    package func fireSchedule(_ name: String) throws(StoreError) -> UUID {
        try write("fire_now") { db in
            let state = try Self.existing(name, db)
            let job = try Self.insert(state.definition, as: ScheduleKey.now(name, at: .now), db)
            try db.run(.noteFire, [name, nil, nil, job.text, nil])
            return job
        }
    }

    static func existing(_ name: String, _ db: Database) throws -> ScheduleState {
        guard let state = try schedule(name, db) else {
            let refusal = InvalidInput("name", "there is no schedule \(PrintedText.safe(name))")
            throw StoreError(.invalidInput(refusal), operation: "find_schedule", message: refusal.description)
        }
        return state
    }

    /// Inserts the job of a fire.
    static func insert(_ definition: ScheduleDefinition, as requestID: String, _ db: Database) throws -> UUID {
        let job: NewJob
        do throws(InvalidInput) { job = try NewJob(definition, requestID: requestID) } catch {
            throw StoreError(.invalidInput(error), operation: "fire_schedule", message: error.description)
        }
        return try insert(job, db).jobID
    }

    static func refusing(
        _ operation: String, _ check: () throws(InvalidInput) -> Void
    ) throws(StoreError) {
        do throws(InvalidInput) { try check() } catch {
            throw StoreError(.invalidInput(error), operation: operation, message: error.description)
        }
    }
}

extension SQLiteOperations {
    /// Checks the definition, and that this host knows the zone.
    static func checked(_ definition: ScheduleDefinition) throws(StoreError) {
        try refusing("set_schedule") { () throws(InvalidInput) in
            try definition.check()
            do { _ = try definition.rule() } catch let refusal as InvalidInput {  // ignored: only the faults count
                throw refusal
            } catch {
                throw InvalidInput("time_zone", "\(error)")
            }
        }
    }

    /// Writes a checked definition, if it says anything new. With a reason the definition is one that was refused, and the
    /// schedule is paused, unless an operator has paused it. Returns the version, and the schedule before.
    static func put(
        _ definition: ScheduleDefinition, origin: QueueKeyOrigin?, pausing reason: String? = nil, _ db: Database
    ) throws -> (version: Int64, before: ScheduleState?) {
        let old = try schedule(definition.name, db)
        if origin == nil, let old {
            try refusing("set_schedule") { () throws(InvalidInput) in try old.checkFree() }
        }
        if reason == nil { try checkLine(definition, db) }
        var next = definition
        next.request = try JSONDocument(request: definition.request).normalForm
        guard let old else {
            var state = ScheduleState(next, version: 1)
            state.halt(reason)
            try write(state, origin, db)
            return (1, nil)
        }
        let isPaused = old.pausedAt != nil && old.pausedReason == nil
        guard old.definition != next || !isPaused && old.pausedReason != reason else {
            if old.origin != origin { try db.run(.setOrigin, [next.name, origin?.json]) }
            return (old.version, old)
        }
        var changed = old
        (changed.definition, changed.version) = (next, old.version + 1)
        // The plan stays while the moments do; a pause by a daemon ends with the change, a pause by an operator stays.
        if !old.definition.hasMoments(of: next) { (changed.nextAt, changed.isOver) = (nil, false) }
        if !isPaused { changed.halt(reason) }
        try write(changed, origin, db)
        return (changed.version, old)
    }

    package func restore(_ schedule: ScheduleState) throws(StoreError) -> Bool {
        try Self.checked(schedule.definition)
        return try write("restore_schedule") { db in
            guard try Self.schedule(schedule.definition.name, db) == nil else { return false }
            try Self.checkLine(schedule.definition, db)
            var state = schedule
            state.definition.request = try JSONDocument(request: state.definition.request).normalForm
            try Self.write(state, nil, db)
            return true
        }
    }

    private static func checkLine(_ definition: ScheduleDefinition, _ db: Database) throws {
        guard let useCase = try JSONDocument(request: definition.request)["use_case"]?.string else { return }
        let settings = try db.row(.readQueue, [definition.queue ?? useCase]).map(QueueSettings.init)
        try refusing("set_schedule") { () throws(InvalidInput) in
            try LineCheck(
                queue: definition.queue, groupKey: definition.groupKey, priority: definition.priority ?? 0,
                useCase: useCase
            ).run(settings)
        }
    }

    private static func write(_ state: ScheduleState, _ origin: QueueKeyOrigin?, _ db: Database) throws {
        let one = state.definition
        try db.run(
            .putSchedule,
            [
                one.name, state.version, one.cron, one.everySeconds, one.timeZone, one.request, one.callbackURL,
                one.queue, one.groupKey, one.priority, one.maxAttempts, one.missed.rawValue, one.missedWithin,
                one.overlap.rawValue, one.startsAt?.text, one.endsAt?.text,
                state.isOver ? "infinity" : state.nextAt?.text, state.lastAt?.text, state.lastJob?.text,
                state.pausedAt, origin?.json, state.pausedReason,
            ])
    }
}

extension ScheduleState {
    /// Pauses the schedule for a reason; without one a pause by a daemon ends.
    fileprivate mutating func halt(_ reason: String?) {
        (pausedAt, pausedReason) = (reason == nil ? nil : Timestamp.now.text, reason)
    }
}

extension ScheduleDefinition {
    /// True when both rules name the same moments.
    fileprivate func hasMoments(of other: ScheduleDefinition) -> Bool {
        cron == other.cron && everySeconds == other.everySeconds && timeZone == other.timeZone
            && startsAt == other.startsAt && endsAt == other.endsAt
    }
}
