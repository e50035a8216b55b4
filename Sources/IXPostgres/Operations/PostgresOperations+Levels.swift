package import FoundationEssentials
package import IXStore

extension PostgresOperations {
    /// Returns the kept levels and their age by the server's clock; nil without a row, or for a row of another form.
    package func levels() throws(StoreError) -> LevelsReading? {
        guard let row = try run(.readLevels, []).first, let levels = QueueLevels(text: row.string("levels")) else {
            return nil
        }
        return LevelsReading(levels: levels, age: row.seconds("age") ?? 0)
    }

    /// Keeps the levels, unless another daemon has kept some within the last 8 seconds.
    package func recordLevels(_ levels: QueueLevels, by daemonID: UUID) throws(StoreError) {
        _ = try run(.recordLevels, [daemonID.uuidString, levels.text])
    }

    /// Looks at the queue in one snapshot. Each count stops at its limit.
    package func lookAtQueue() throws(StoreError) -> QueueLevels {
        let rows = try snapshot([
            .init(.lookAtUseCases, ["\(QueueLevels.exactly)"]), .init(.listDaemons),
            .init(.lookAtCallbacks, ["\(QueueLevels.mostCallbacks)"]),
        ])
        var levels = QueueLevels()
        for row in rows[0].all { levels.add(QueueLevels.UseCase(row)) }
        levels.note(try rows[1].map(DaemonLease.init))
        if let row = rows[2].first {
            (levels.callbacksDue, levels.callbacksRetrying) = (row.int("due"), row.int("retrying"))
            levels.callbacksFailed = row.int("failed")
            levels.oldestCallback = row.seconds("oldest")
            levels.refusedWrites = row.int("refused")
            levels.at = row.seconds("at") ?? 0
        }
        levels.xminHorizon = try serverSigns().xminHorizon?.seconds
        return levels
    }

    /// Counts every waiting job by use case. Index: ix_jobs_due_by_use_case, or the table where the server prefers it.
    package func countPending() throws(StoreError) -> [QueueLevels.UseCase] {
        try run(.countPending, []).map { row in
            var counts = QueueLevels.UseCase(name: row.text("use_case"), queue: row.text("queue"))
            (counts.due, counts.scheduled) = (row.int("due"), row.int("scheduled"))
            return counts
        }
    }

    /// Returns the number of entries that the last vacuum saw in the index of waiting jobs.
    package func estimatePending() throws(StoreError) -> Int? { try run(.estimatePending, []).first?.int("count") }
}

extension QueueLevels.UseCase {
    fileprivate init(_ row: PostgresRows.Row) {
        self.init(name: row.text("use_case"), queue: row.text("queue"))
        (due, scheduled, running) = (row.int("due"), row.int("scheduled"), row.int("running"))
        held = row.int("held")
        oldestDue = row.seconds("oldest")
    }
}
