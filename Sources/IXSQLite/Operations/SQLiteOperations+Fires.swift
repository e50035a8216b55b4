import FoundationEssentials
import GRDB
import IXCore
import IXSchedules
package import IXStore

extension SQLiteOperations {
    package func findSchedules(limit: Int) throws(StoreError) -> DueSchedules {
        try read("find_schedules") { db in
            let now = Timestamp.now
            let counts = try db.row(.countSchedules, [now.text, (now - .seconds(60)).text])
            return DueSchedules(
                now: now, soonest: counts?.moment("soonest"),
                schedules: try db.rows(.findSchedules, [now.text, limit, (now + .seconds(1)).text]).map {
                    DueSchedule($0)
                },
                counts: ScheduleCounts(counts))
        }
    }

    package func planSchedules(_ plans: [SchedulePlan]) throws(StoreError) -> [Bool] {
        guard !plans.isEmpty else { return [] }
        return try write("plan_schedules") { db in
            let now = Timestamp.now.text
            return try plans.map { plan in
                let schedule = plan.schedule
                return try db.row(
                    .planSchedule,
                    [
                        schedule.name, schedule.version, schedule.plan, plan.next?.text ?? "infinity",
                        plan.reason, now,
                    ]) != nil
            }
        }
    }

    package func fireSchedules(_ fires: [ScheduleFire]) throws(StoreError) -> [ScheduleFire.Result] {
        guard !fires.isEmpty else { return [] }
        return try write("fire_schedules") { db in
            let now = Timestamp.now
            return try fires.map { try Self.fire($0, at: now, db) }
        }
    }

    private static func fire(_ fire: ScheduleFire, at now: Timestamp, _ db: Database) throws -> ScheduleFire.Result {
        let planned = fire.schedule
        guard let moment = planned.nextAt, moment <= now, let state = try schedule(planned.name, db),
            state.version == planned.version, state.nextAt == moment, state.pausedAt == nil
        else { return .void }
        let (name, next) = (planned.name, fire.next?.text ?? "infinity")
        let requestID = ScheduleKey.fire(name, at: moment)
        // The moment fired before the plan or the clock was set back. A later job stays the last one, and goes on.
        // A receipt alone knows the moment's job after a prune.
        let keys = [ScheduleKey.client, requestID]
        if let former = try db.row(.getByCorrelation, keys) ?? db.row(.readReceipt, keys) {
            let last = try state.lastJob ?? former.id("job_id")
            try db.run(.noteFire, [name, next, moment.text, last.text, now.text])
            return .fired
        }
        if let last = state.lastJob, state.definition.overlap != .allow, state.lastStatus?.isTerminal == false {
            if state.definition.overlap == .skip {
                try db.run(.noteFire, [name, next, nil, nil, now.text])
                return .skipped
            }
            _ = try CancelStep.run(last, db)  // ignored: a job that has ended meanwhile is as good
        }
        do {
            let job = try insert(state.definition, as: requestID, db)
            try db.run(.noteFire, [name, next, moment.text, job.text, now.text])
            return .fired
        } catch let error as StoreError {
            guard case .invalidInput(let refusal) = error.code else { throw error }
            try db.run(
                .planSchedule, [name, planned.version, moment.text, next, refusal.description, now.text])
            return .refused
        }
    }
}

extension SQLiteOperations {
    /// Enters the schedules of the daemon's files. The file has one daemon, so a schedule in none of its tables is free.
    package func enterSchedules(_ file: ScheduleFile) throws(StoreError) -> [ScheduleFileChange] {
        let known = try schedules(after: "", limit: Int(Int32.max))
        guard !file.tables.isEmpty || known.contains(where: { $0.origin != nil }) else { return [] }
        return try write("enter_schedules") { db in
            var changes: [ScheduleFileChange] = []
            for table in file.tables.sorted(by: { $0.definition.name < $1.definition.name }) {
                if let change = try Self.enter(table, of: file, db) { changes.append(change) }
            }
            let named = Set(file.tables.map(\.definition.name))
            for state in known where state.origin != nil && !named.contains(state.definition.name) {
                try db.run(.setOrigin, [state.definition.name, nil])
                changes.append(.init(name: state.definition.name, kind: .freed, origin: state.origin))
            }
            return changes
        }
    }

    private static func enter(
        _ table: ScheduleFile.Table, of file: ScheduleFile, _ db: Database
    ) throws -> ScheduleFileChange? {
        let (origin, name) = (file.origin(of: table), table.definition.name)
        do {
            try checked(table.definition)
            let (version, before) = try put(table.definition, origin: origin, db)
            guard before?.version != version else { return nil }
            let isForeign = before?.origin.map { $0.host != file.host || $0.instance != file.instance } ?? false
            return ScheduleFileChange(name: name, kind: isForeign ? .taken : .entered, origin: before?.origin)
        } catch let error as StoreError {
            guard case .invalidInput(let refusal) = error.code else { throw error }
            let reason = refusal.description
            let before = try put(table.definition, origin: origin, pausing: reason, db).before
            return ScheduleFileChange(name: name, kind: .refused, origin: before?.origin, reason: reason)
        }
    }
}
