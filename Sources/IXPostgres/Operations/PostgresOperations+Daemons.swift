package import FoundationEssentials
package import IXStore

extension PostgresOperations {
    /// Registers the daemon, or renews its lease and its use cases.
    package func registerDaemon(_ daemon: DaemonIdentity, lease: Duration) throws(StoreError) {
        _ = try run(
            .registerDaemon,
            [
                daemon.daemonID.uuidString, daemon.instance, daemon.host, "\(daemon.pid)", daemon.version,
                lease.seconds, daemon.serves?.sorted().array, "\(SchemaCatalogue.current.newest)",
                daemon.queues?.sorted().array, daemon.workers.map { "\($0)" },
            ])
    }

    /// Stores the use cases for which the daemon has pipelines; nil: every use case.
    package func recordServed(_ daemonID: UUID, _ useCases: [String]?) throws(StoreError) {
        _ = try run(.recordServed, [daemonID.uuidString, useCases?.sorted().array])
    }

    /// Returns waiting use cases that this daemon doesn't serve, and the daemon's rank among the live daemons. Cost:
    /// one index step per waiting use case, at most 1,000.
    package func foreignWork(_ daemonID: UUID, serving useCases: [String]?) throws(StoreError) -> ForeignWork {
        var work = ForeignWork()
        for row in try run(.foreignWork, [daemonID.uuidString, useCases?.sorted().array]).all {
            guard let useCase = row.text("use_case") else {
                work.othersDiffer = row.bool("differ")
                (work.daemons, work.rank) = (row.int("daemons"), row.int("rank"))
                work.needs = UpkeepNeeds(row)
                continue
            }
            if row.bool("is_served") { work.servedElsewhere.append(useCase) } else { work.unserved.append(useCase) }
        }
        return work
    }

    /// Returns the queues with due jobs that no live daemon takes.
    package func unservedQueues() throws(StoreError) -> [UnservedQueue] {
        try run(.unservedQueues, []).map { UnservedQueue(queue: $0.string("queue"), jobs: $0.int("jobs")) }
    }

    /// Ends jobs of the use cases in error, `unknown_use_case`, due for at least `age`, and skips locked rows. A use
    /// case that a live daemon serves is left out.
    package func endUnserved(
        _ useCases: [String], dueFor age: Duration, limit: Int
    ) throws(StoreError) -> [HandedBack] {
        guard !useCases.isEmpty else { return [] }
        return tellingDependents(try run(.endUnserved, [useCases.array, age.seconds, "\(limit)"]).map(HandedBack.init))
    }

    /// Renews the lease and returns the server's clock; nil when the daemon was declared gone or isn't registered.
    /// Touches no table of jobs.
    package func renewLease(
        _ daemonID: UUID, lease: Duration, workers: Int
    ) throws(StoreError) -> LeaseRenewal? {
        guard let row = try run(.renewLease, [daemonID.uuidString, lease.seconds, "\(workers)"]).first,
            let clock = row.text("clock").flatMap(Double.init)
        else { return nil }
        return LeaseRenewal(clock: clock, wantedWorkers: row.text("wanted_workers").flatMap { Int($0) })
    }

    package func scaleWorkers(_ choice: DaemonChoice, to count: Int?) throws(StoreError) -> [UUID] {
        let parameters = [count.map { "\($0)" }, choice.instance, choice.daemonID?.uuidString]
        return try run(.scaleWorkers, parameters).map { row throws(StoreError) in try row.id("daemon_id") }
    }

    /// Returns the claims by which the daemon holds jobs, from an index of running jobs.
    package func heldClaims(_ daemonID: UUID) throws(StoreError) -> [HeldClaim] {
        let held = try run(.readHeldClaims, [daemonID.uuidString]).map { row in
            row.uuid("claim_id").map { HeldClaim(claimID: $0, isCancelled: row.bool("cancelled")) }
        }
        return held.compactMap { $0 }
    }

    /// Ends the daemon's lease: its jobs are orphans, and its deliveries are due. Repeated calls change nothing.
    package func endLease(_ daemonID: UUID) throws(StoreError) {
        _ = try run(.endLease, [daemonID.uuidString])
    }

    /// Hands back, at no start's cost, the daemon's jobs that started longer ago than `older` and whose claim isn't in
    /// `running`.
    package func handBackLostClaims(
        _ daemonID: UUID, running: [UUID], older: Duration
    ) throws(StoreError) -> [HandedBack] {
        try run(.handBackLostClaims, [daemonID.uuidString, running.array, older.seconds]).map(HandedBack.init)
    }
}

extension UpkeepNeeds {
    fileprivate init(_ row: PostgresRows.Row) {
        self = row.bool("has_suspects") ? .suspects : []
        if ["has_orphans", "has_expired", "has_early"].contains(where: row.bool) { insert(.sweep) }
    }
}
