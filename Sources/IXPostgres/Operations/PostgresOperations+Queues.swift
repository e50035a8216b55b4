package import FoundationEssentials
import IXCore
package import IXStore

extension PostgresOperations {
    package func queues() throws(StoreError) -> [QueueState] {
        try run(.listQueues, [nil, "\(QueueState.most)"]).map(QueueState.init)
    }

    package func queue(_ name: String) throws(StoreError) -> QueueState? {
        try run(.listQueues, [name, "\(QueueState.most)"]).map(QueueState.init).first { $0.settings.queue == name }
    }

    package func groups(of queue: String, after key: String, limit: Int) throws(StoreError) -> [GroupState] {
        try run(.listGroups, [queue, key, "\(limit)"]).map(GroupState.init)
    }

    package func setQueue(_ name: String, _ change: QueueChange) throws(StoreError) {
        _ = try run(.setQueue, [name, change.json])
        view.lines.distrust()
    }

    /// Enters the queues of the daemon's files by `ix_enter_file`.
    package func enterFile(_ file: QueueFile) throws(StoreError) -> [QueueKeyChange] {
        let rows = try run(.enterFile, [file.host, file.instance, file.json])
        view.lines.distrust()
        return rows.all.compactMap { row in
            guard let kind = QueueKeyChange.Kind(rawValue: row.string("change")) else { return nil }
            return QueueKeyChange(
                queue: row.string("queue"), key: row.string("key"), kind: kind, value: row.text("value"),
                oldValue: row.text("old_value"),
                origin: QueueKeyOrigin(json: row.text("origin")))
        }
    }

    package func setGroup(_ queue: String, _ key: String, concurrency: Int?) throws(StoreError) {
        _ = try run(.setGroup, [queue, key, concurrency.map { "\($0)" }])
        view.lines.distrust()
    }

    package func pause(_ queue: String, group: String?) throws(StoreError) -> Bool {
        let row = try run(.pauseQueue, [queue, group]).first
        view.lines.distrust()
        return row?.bool("changed") ?? false
    }

    package func resume(_ queue: String, group: String?) throws(StoreError) -> Bool {
        try run(.resumeQueue, [queue, group]).first?.bool("changed") ?? false
    }

    package func move(_ jobIDs: [UUID], to queue: String) throws(StoreError) -> [QueueMove] {
        var parameters = Parameters()
        parameters.append(jobIDs)
        parameters.append(queue)
        let rows = try run(PostgresLink.Call(.moveJobs, parameters))
        view.distrust()
        return try rows.map { row throws(StoreError) in
            let result: QueueMove.Result =
                switch row.string("result") {
                case "moved": .moved
                case "unchanged": .unchanged
                case "not_found": .notFound
                case "refused": .refused(PostgresError.invalidInput(row.string("reason")))
                default: .notPending(try row.status("result"))
                }
            return QueueMove(jobID: try row.id("job_id"), result: result)
        }
    }

    package func line(of jobID: UUID) throws(StoreError) -> LineState? {
        try run(.readLine, [jobID.uuidString]).first.map { row in
            guard let parents = row.number("parents") else { return LineState(row) }
            return LineState(after: parents, such: row.text("parent"))
        }
    }

    package func reschedule(_ jobID: UUID, runAt: String?, priority: Int?) throws(StoreError) -> Rescheduling {
        let time = try Rescheduling.time(runAt)
        let row = try run(.reschedule, [jobID.uuidString, time, priority.map { "\($0)" }]).first
        guard let row else { throw fault(.reschedule) }
        view.distrust()
        switch row.string("result") {
        case "rescheduled": return .rescheduled
        case "not_found": return .notFound
        default: return .notPending(try row.status("result"))
        }
    }
}

extension QueueState {
    fileprivate init(_ row: PostgresRows.Row) throws(StoreError) {
        var settings = QueueSettings(row.string("queue"))
        settings.pausedAt = row.time("paused_at")
        settings.useCases = row.text("use_cases").flatMap(QueueSettings.names)
        settings.concurrency = row.number("concurrency")
        settings.groupConcurrency = row.number("group_concurrency")
        settings.isStrict = row.bool("strict")
        settings.rate = QueueSettings.Rate(row.number("rate"), row.double("rate_seconds"))
        settings.groupRate = QueueSettings.Rate(row.number("group_rate"), row.double("group_rate_seconds"))
        settings.burst = row.number("burst")
        settings.clientDepth = row.number("client_depth")
        settings.groupBy = row.text("group_by")
        settings.origins = row.text("file_keys").map(QueueKeyOrigin.all) ?? [:]
        self.init(settings: settings, waiting: row.int("waiting"), places: row.int("places"))
    }
}

extension GroupState {
    fileprivate init(_ row: PostgresRows.Row) throws(StoreError) {
        self.init(
            key: row.string("group_key"), concurrency: row.number("concurrency"), pausedAt: row.time("paused_at"),
            waiting: row.int("waiting"), places: row.int("places"))
    }
}

extension LineState {
    fileprivate init(_ row: PostgresRows.Row) {
        self.init(queue: row.string("queue"), group: row.string("group_key"))
        asleep = row.time("asleep")
        (hasTurn, isHeld, hasRate) = (row.bool("has_turn"), row.bool("held"), row.bool("has_rate"))
        (pausedAt, groupPausedAt) = (row.time("paused_at"), row.time("group_paused_at"))
        (concurrency, groupConcurrency) = (row.number("concurrency"), row.number("group_concurrency"))
        (places, groupPlaces, ahead) = (row.int("places"), row.int("group_places"), row.int("ahead"))
    }
}

extension PostgresRows.Row {
    /// The number in a column; nil for NULL.
    fileprivate func number(_ column: String) -> Int? { text(column).flatMap { Int($0) } }
}
