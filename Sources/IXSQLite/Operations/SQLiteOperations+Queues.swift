package import FoundationEssentials
import GRDB
import IXCore
package import IXStore

extension SQLiteOperations {
    package func queues() throws(StoreError) -> [QueueState] {
        try read("list_queues") { db in try db.rows(.listQueues, [nil, QueueState.most]).map(QueueState.init) }
    }

    package func queue(_ name: String) throws(StoreError) -> QueueState? {
        try read("list_queues") { db in
            try db.rows(.listQueues, [name, QueueState.most]).map(QueueState.init).first { $0.settings.queue == name }
        }
    }

    package func groups(of queue: String, after key: String, limit: Int) throws(StoreError) -> [GroupState] {
        try read("list_groups") { db in try db.rows(.listGroups, [queue, key, limit]).map(GroupState.init) }
    }

    package func setQueue(_ name: String, _ change: QueueChange) throws(StoreError) {
        try checked("set_queue") { () throws(InvalidInput) in try Keys.validated(name, field: "queue") }
        try write("set_queue") { db in
            if let row = try db.row(.readQueue, [name]) {
                try Self.refusing { () throws(InvalidInput) in try change.checkFree(of: QueueSettings(row)) }
            }
            try Self.change(name, change, db)
        }
    }

    /// Changes a queue's limits, a configuration file's among them.
    static func change(_ queue: String, _ change: QueueChange, _ db: Database) throws {
        try make(queue, db)
        try db.run(.setQueue, [queue, change.json])
        if let depth = change.members["client_depth"] {
            // From now on the rows of the line name the clients; the next inserts count them.
            try db.run(.strikeClient, [nil, queue])
            if depth != "null" { try db.run(.nameClients, [queue]) }
        }
        guard let row = try db.row(.readQueue, [queue]) else { return }
        try refusing { () throws(InvalidInput) in
            try QueueChange.check(QueueSettings(row), rate: row["rate"], groupRate: row["group_rate"])
        }
    }

    private static func refusing(_ check: () throws(InvalidInput) -> Void) throws(StoreError) {
        do throws(InvalidInput) { try check() } catch {
            throw StoreError(.invalidInput(error), operation: "set_queue", message: error.description)
        }
    }

    package func setGroup(_ queue: String, _ key: String, concurrency: Int?) throws(StoreError) {
        try checked("set_group") { () throws(InvalidInput) in
            try Keys.validated(queue, field: "queue")
            try Keys.validated(key, field: "group_key")
            if let concurrency, !(0...1_000_000).contains(concurrency) {
                throw InvalidInput("concurrency", "must be a whole number from 0 to 1000000")
            }
        }
        try write("set_group") { db in
            try Self.make(queue, db)
            try db.run(.setGroup, [queue, key, concurrency])
            try db.run(.cutGroups, [queue])
        }
    }

    package func pause(_ queue: String, group: String?) throws(StoreError) -> Bool {
        try checked("set_paused") { () throws(InvalidInput) in
            try Keys.validated(queue, field: "queue")
            if let group { try Keys.validated(group, field: "group_key") }
        }
        return try write("set_paused") { db in
            try Self.make(queue, db)
            let now = Timestamp.now.text
            if let group { return try db.row(.pauseGroup, [queue, group, now]) != nil }
            return try db.row(.setPaused, [queue, now]) != nil
        }
    }

    package func resume(_ queue: String, group: String?) throws(StoreError) -> Bool {
        try write("set_paused") { db in
            guard let group else { return try db.row(.setPaused, [queue, nil]) != nil }
            defer { lines.isLineNext = true }
            let changed = try db.row(.pauseGroup, [queue, group, nil]) != nil
            try db.run(.cutGroups, [queue])
            return changed
        }
    }

    package func line(of jobID: UUID) throws(StoreError) -> LineState? {
        try read("read_line") { db in
            if let row = try db.row(.readWaits, [jobID.text]) { return LineState(after: row["jobs"], such: row["one"]) }
            return try db.row(.readLine, [jobID.text]).map(LineState.init)
        }
    }

    package func reschedule(_ jobID: UUID, runAt: String?, priority: Int?) throws(StoreError) -> Rescheduling {
        try checked("reschedule") { () throws(InvalidInput) in
            if let priority, !(-Limits.priority...Limits.priority).contains(priority) {
                throw InvalidInput("priority", "must be -\(Limits.priority) to \(Limits.priority)")
            }
        }
        let time = try Rescheduling.time(runAt)
        return try write("reschedule") { db in
            guard let row = try db.row(.get, [jobID.text]) else { return .notFound }
            let status = try row.status("status")
            guard status == .pending else { return .notPending(status) }
            let settings = try (row["queue"] as String?).flatMap {
                try db.row(.readQueue, [$0]).map(QueueSettings.init)
            }
            if let priority, priority != 0, settings?.isStrict == true {
                let refusal = InvalidInput("priority", "must be 0 in queue \(settings?.queue ?? ""), which is strict")
                throw StoreError(.invalidInput(refusal), operation: "reschedule", message: refusal.description)
            }
            return try db.row(.reschedule, [jobID.text, time, priority]) == nil ? .notFound : .rescheduled
        }
    }

    /// Makes a queue's row, and moves plain jobs of its use case into line.
    private static func make(_ queue: String, _ db: Database) throws {
        try db.run(.makeQueue, [queue])
        try db.run(.enterQueue, [queue])
    }

    func checked(_ operation: String, _ body: () throws(InvalidInput) -> Void) throws(StoreError) {
        do throws(InvalidInput) { try body() } catch {
            throw StoreError(.invalidInput(error), operation: operation, message: error.description)
        }
    }
}

extension QueueState {
    fileprivate init(_ row: Row) {
        self.init(settings: QueueSettings(row), waiting: row["waiting"], places: row["places"])
    }
}

extension GroupState {
    fileprivate init(_ row: Row) {
        self.init(
            key: row["group_key"], concurrency: row["concurrency"], pausedAt: row["paused_at"], waiting: row["waiting"],
            places: row["places"])
    }
}

extension LineState {
    fileprivate init(_ row: Row) {
        self.init(queue: row["queue"], group: row["group_key"])
        (asleep, hasTurn, isHeld) = (row["asleep"], row["has_turn"] as Int == 1, row["held"] as Int == 1)
        (pausedAt, groupPausedAt, hasRate) = (row["paused_at"], row["group_paused_at"], row["has_rate"] as Int == 1)
        (concurrency, groupConcurrency) = (row["concurrency"], row["group_concurrency"])
        (places, groupPlaces, ahead) = (row["places"], row["group_places"], row["ahead"])
    }
}
