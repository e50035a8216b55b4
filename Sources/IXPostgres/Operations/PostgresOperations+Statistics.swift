import IXCore
package import IXStore

extension PostgresOperations {
    /// Counts jobs, daemons, refused writes and callbacks at one moment, in one round trip. In a caller's transaction
    /// the moment is the one that the transaction's isolation gives.
    package func statistics(countingEnded: Bool) throws(StoreError) -> Statistics {
        let counts = PostgresLink.Call(
            .countJobs, [countingEnded ? "t" : "f", AttemptOutcome.costless.map(\.rawValue).array])
        let rows = try snapshot([counts] + Self.surroundingCalls)
        return try statistics(rows[0].map(UseCaseCounts.init), rows.dropFirst())
    }

    package func surroundings() throws(StoreError) -> Statistics {
        try statistics([], try snapshot(Self.surroundingCalls)[...])
    }

    private static var surroundingCalls: [PostgresLink.Call] {
        [
            .init(.listDaemons), .init(.countRefusedWrites), .init(.countCallbacks), .init(.unservedQueues),
            .init(.countSchedules),
        ]
    }

    /// Returns the statistics from counts of jobs and the rows of `surroundingCalls`.
    private func statistics(
        _ useCases: [UseCaseCounts], _ rows: ArraySlice<PostgresRows>
    ) throws(StoreError) -> Statistics {
        let rows = Array(rows)
        var statistics = Statistics(
            useCases: useCases, daemons: try rows[0].map(DaemonLease.init),
            refusedWrites: rows[1].first?.int("refused") ?? 0)
        if let row = rows[2].first { statistics.callbacks = CallbackCounts(row) }
        statistics.unservedQueues = rows[3].map { UnservedQueue(queue: $0.string("queue"), jobs: $0.int("jobs")) }
        if let row = rows[4].first { statistics.schedules = ScheduleOutlook(row) }
        statistics.take(try serverSigns())
        return statistics
    }

    /// Looks at the server's sessions; at none of a standby, because they hold up nothing of the queue.
    package func serverSigns() throws(StoreError) -> ServerSigns {
        var signs = ServerSigns()
        guard !isOfStandby else { return signs }
        signs.xminHorizon = try xminHorizonHolds().first
        if let row = try run(.readStandby, []).first, row.int("waiting") > 0 {
            signs.standbyWait = StandbyWaiting(names: row.text("names") ?? "", sessions: row.int("waiting"))
        }
        return signs
    }

    /// Runs reading statements in one round trip and one snapshot, unless a caller's transaction is open.
    func snapshot(_ calls: [PostgresLink.Call]) throws(StoreError) -> [PostgresRows] {
        let end = Deadline(after: timeout)
        do {
            guard link.isReusable else { return try link.pipeline(calls, by: end) }
            let all = [.init(.beginSnapshot)] + calls + [.init(.endSnapshot)]
            return Array(try link.pipeline(all, by: end).dropFirst().prefix(calls.count))
        } catch {
            throw error.storeError(error.statement?.rawValue ?? "statistics")
        }
    }
}

extension UseCaseCounts {
    fileprivate init(_ row: PostgresRows.Row) {
        self.init(useCase: row.text("use_case"))
        due = row.int("due")
        scheduled = row.int("scheduled")
        running = row.int("running")
        done = row.int("done")
        error = row.int("error")
        (held, failedStarts) = (row.int("held"), row.int("failed_starts"))
        oldestDue = row.seconds("oldest_due")
        callbacksDelivered = row.int("delivered")
        callbacksFailed = row.int("undelivered")
        callbacksOutstanding = row.int("outstanding")
    }
}

extension DaemonLease {
    init(_ row: PostgresRows.Row) throws(StoreError) {
        let daemon = DaemonIdentity(
            daemonID: try row.id("daemon_id"), instance: row.string("instance"), host: row.string("host"),
            pid: Int32(clamping: row.int("pid")), version: row.string("version"),
            serves: ServedUseCases.read(row.text("serves")),
            queues: ServedUseCases.read(row.text("queues")), workers: row.text("workers").flatMap { Int($0) })
        self.init(
            daemon: daemon, startedAt: row.time("started_at") ?? "", jobs: row.int("running"),
            leaseLeft: row.seconds("lease_left") ?? 0, openBreakers: OpenBreaker.read(row.text("open_breakers")),
            wantedWorkers: row.text("wanted_workers").flatMap { Int($0) })
    }
}
