package import FoundationEssentials
import GRDB
import IXCore
package import IXStore

extension SQLiteOperations {
    /// Registers the daemon. `lease` has no effect, because the lock on the file stands for the lease.
    package func registerDaemon(_ daemon: DaemonIdentity, lease: Duration) throws(StoreError) {
        try write("register_daemon") { db in
            try db.run(
                .registerDaemon,
                [
                    daemon.daemonID.text, daemon.instance, daemon.host, daemon.pid, daemon.version, Timestamp.now.text,
                    ServedUseCases.json(daemon.serves), SQLiteCatalogue.current.newest,
                    ServedUseCases.json(daemon.queues), daemon.workers,
                ])
        }
    }

    /// Stores the use cases for which the daemon has pipelines; nil: every use case.
    package func recordServed(_ daemonID: UUID, _ useCases: [String]?) throws(StoreError) {
        try write("record_served") { db in
            try db.run(.recordServed, [daemonID.text, ServedUseCases.json(useCases)])
        }
    }

    /// Returns waiting use cases that this daemon doesn't serve; none when `useCases` is nil. Cost: one index step per
    /// waiting use case, at most 1,000.
    package func foreignWork(_ daemonID: UUID, serving useCases: [String]?) throws(StoreError) -> ForeignWork {
        guard let useCases else { return ForeignWork() }
        let soon = (Timestamp.now + .seconds(60)).text
        return try read("foreign_work") { db in
            let rows = try db.rows(.foreignWork, [ServedUseCases.json(useCases), soon])
            return ForeignWork(unserved: rows.map { $0["use_case"] })
        }
    }

    /// Returns the queues with due jobs that the daemon doesn't take.
    package func unservedQueues() throws(StoreError) -> [UnservedQueue] {
        try read("unserved_queues") { db in
            try db.rows(.unservedQueues, [Timestamp.now.text]).map {
                UnservedQueue(queue: $0["queue"], jobs: $0["jobs"])
            }
        }
    }

    /// Ends jobs of the use cases in error, `unknown_use_case`, due for at least `age`. Without such jobs takes no
    /// writer's lock.
    package func endUnserved(
        _ useCases: [String], dueFor age: Duration, limit: Int
    ) throws(StoreError) -> [HandedBack] {
        let find = { (db: Database) in
            try db.rows(.readUnserved, [useCases.json, (Timestamp.now - age).text, limit])
        }
        guard try !read("read_unserved", find).isEmpty else { return [] }
        return try write("end_pending") { db in
            try find(db).map { try Self.end($0, .unknownUseCase($0["use_case"] ?? ""), db) }
        }
    }

    /// Returns this host's clock; nil when the daemon no longer holds the file. Writes only a changed number of workers.
    package func renewLease(
        _ daemonID: UUID, lease: Duration, workers: Int
    ) throws(StoreError) -> LeaseRenewal? {
        guard let row = try read("renew_lease", { db in try db.row(.holdsLease, [daemonID.text]) }) else { return nil }
        if row["workers"] as Int? != workers {
            try write("record_workers") { db in try db.run(.recordWorkers, [daemonID.text, workers]) }
        }
        return LeaseRenewal(clock: Date().timeIntervalSince1970, wantedWorkers: row["wanted_workers"])
    }

    package func scaleWorkers(_ choice: DaemonChoice, to count: Int?) throws(StoreError) -> [UUID] {
        try checked("scale_workers") { () throws(InvalidInput) in try WantedWorkers.validated(count) }
        // A crashed daemon leaves an entry, but no lock.
        guard DaemonLock.holder(of: file) != nil else { return [] }
        return try write("scale_workers") { db in
            try db.rows(.scaleWorkers, [count, choice.instance, choice.daemonID?.text]).map { try $0.id("daemon_id") }
        }
    }

    /// Returns the claims by which the daemon holds jobs, from an index of running jobs.
    package func heldClaims(_ daemonID: UUID) throws(StoreError) -> [HeldClaim] {
        try read("read_held_claims") { db in
            try db.rows(.readHeldClaims, [daemonID.text]).compactMap { row in
                row.uuid("claim_id").map { HeldClaim(claimID: $0, isCancelled: row["cancelled"]) }
            }
        }
    }

    /// Ends the daemon's lease: its jobs are orphans, and its deliveries are due.
    package func endLease(_ daemonID: UUID) throws(StoreError) {
        try write("end_lease") { db in
            try db.run(.endLease, [daemonID.text, Timestamp.now.text])
            try db.run(.releaseCallbacks, [Timestamp.now.text, daemonID.text])
        }
    }

    /// Deletes every daemon's row and releases every delivery. Requires: this process holds the file's lock, so that no
    /// other process runs the file's jobs.
    func forgetDaemons() throws(StoreError) {
        try write("forget_daemons") { db in
            try db.run(.forgetDaemons)
            try db.run(.releaseCallbacks, [Timestamp.now.text, nil])
        }
    }

    /// Ends at most `limit` pending jobs after their `expires_at`, code `expired`. Without such jobs takes no writer's
    /// lock.
    package func expirePending(limit: Int) throws(StoreError) -> [HandedBack] {
        let find = { (db: Database) in try db.rows(.readExpired, [Timestamp.now.text, limit]) }
        guard try !read("read_expired", find).isEmpty else { return [] }
        return try write("end_pending") { db in try find(db).map { try Self.end($0, .expired, db) } }
    }

    /// Ends a pending job in error.
    private static func end(_ row: Row, _ error: JobError, _ db: Database) throws -> HandedBack {
        let response = ResponseIX(error: error).answering(row.names).document.normalForm
        let jobID = try row.id("job_id")
        try db.run(.endPending, [jobID.text, Timestamp.now.text, response])
        return HandedBack(
            jobID: jobID, names: row.names, status: .error, errorCode: error.code, attempts: row["attempts"],
            isCallbackDue: row["callback_url"] as String? != nil)
    }

    /// Hands back, at no start's cost, the daemon's jobs that started longer ago than `older` and whose claim isn't in
    /// `running`.
    package func handBackLostClaims(
        _ daemonID: UUID, running: [UUID], older: Duration
    ) throws(StoreError) -> [HandedBack] {
        let claims = "[" + running.map { "\"\($0.text)\"" }.joined(separator: ",") + "]"
        return try handBackAll(.lostClaim) { db in
            try db.rows(.readLostClaims, [daemonID.text, claims, (Timestamp.now - older).text])
        }
    }

    /// Reads first, and takes the writer's lock only when a row is found, because the daemon's duties look often and
    /// find little.
    private func handBackAll(
        _ back: HandBack, _ find: (Database) throws -> [Row]
    ) throws(StoreError) -> [HandedBack] {
        guard try !read("find_orphans", find).isEmpty else { return [] }
        return try write("hand_back") { db in
            try find(db).map(HeldRow.init).compactMap { try $0.handBack(back, .now, db) }
        }
    }
}

extension HandBack {
    static let orphan = lost(.lost)
    /// The hand-back of a job that ran beside other jobs when its daemon died.
    static let suspect = lost(.suspect)
    /// The hand-back of a job taken by force from its daemon.
    static let taken = lost(.taken)

    private static func lost(_ outcome: AttemptOutcome) -> HandBack {
        HandBack(
            outcome, pause: nil,
            exhausted: JobError("attempts_exhausted", "every allowed start failed or was lost with its daemon"))
    }

    fileprivate static let lostClaim = HandBack(
        .lostClaim, pause: nil, exhausted: JobError("attempts_exhausted", "the claim was lost"))
}
