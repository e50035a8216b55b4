public import FoundationEssentials
import GRDB
import IXCore
public import IXStore

extension SQLiteOperations {
    public func registerWorker(_ worker: WorkerIdentity, lease: Duration) throws(StoreError) {
        try write("register_worker") { db in
            try db.run(
                .registerWorker,
                [
                    worker.workerID.text, worker.instance, worker.host, worker.pid, worker.version, Timestamp.now.text,
                    ServedUseCases.json(worker.serves),
                ])
        }
    }

    public func recordServed(_ workerID: UUID, _ useCases: [String]?) throws(StoreError) {
        try write("record_served") { db in
            try db.run(.recordServed, [workerID.text, ServedUseCases.json(useCases)])
        }
    }

    public func foreignWork(_ workerID: UUID, serving useCases: [String]?) throws(StoreError) -> ForeignWork {
        guard let useCases else { return ForeignWork() }
        let soon = (Timestamp.now + .seconds(60)).text
        return try read("foreign_work") { db in
            let rows = try db.rows(.foreignWork, [ServedUseCases.json(useCases), soon])
            return ForeignWork(unserved: rows.map { $0["use_case"] })
        }
    }

    public func endUnserved(
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

    public func renewLease(_ workerID: UUID, lease: Duration) throws(StoreError) -> Double? {
        try read("renew_lease") { db in
            guard try db.row(.holdsLease, [workerID.text]) != nil else { return nil }
            return Date().timeIntervalSince1970
        }
    }

    public func heldClaims(_ workerID: UUID) throws(StoreError) -> [HeldClaim] {
        try read("read_held_claims") { db in
            try db.rows(.readHeldClaims, [workerID.text]).compactMap { row in
                row.uuid("claim_id").map { HeldClaim(claimID: $0, isCancelled: row["cancelled"]) }
            }
        }
    }

    public func endLease(_ workerID: UUID) throws(StoreError) {
        try write("end_lease") { db in
            try db.run(.endLease, [workerID.text, Timestamp.now.text])
            try db.run(.releaseCallbacks, [Timestamp.now.text, workerID.text])
        }
    }

    /// Whoever holds the file's lock knows that nobody else runs its jobs.
    func forgetWorkers() throws(StoreError) {
        try write("forget_workers") { db in
            try db.run(.forgetWorkers)
            try db.run(.releaseCallbacks, [Timestamp.now.text, nil])
        }
    }

    public func expirePending(limit: Int) throws(StoreError) -> [HandedBack] {
        let find = { (db: Database) in try db.rows(.readExpired, [Timestamp.now.text, limit]) }
        guard try !read("read_expired", find).isEmpty else { return [] }
        return try write("end_pending") { db in try find(db).map { try Self.end($0, .expired, db) } }
    }

    /// Ends a row that waits.
    private static func end(_ row: Row, _ error: JobError, _ db: Database) throws -> HandedBack {
        let response = ResponseIX(error: error).answering(row.names).document.normalForm
        let jobID = try row.id("job_id")
        try db.run(.endPending, [jobID.text, Timestamp.now.text, response])
        return HandedBack(
            jobID: jobID, names: row.names, status: .error, errorCode: error.code, attempts: row["attempts"],
            owesCallback: row["callback_url"] as String? != nil)
    }

    public func handBackLostClaims(
        _ workerID: UUID, running: [UUID], older: Duration
    ) throws(StoreError) -> [HandedBack] {
        let claims = "[" + running.map { "\"\($0.text)\"" }.joined(separator: ",") + "]"
        return try handBackAll(.lostClaim) { db in
            try db.rows(.readLostClaims, [workerID.text, claims, (Timestamp.now - older).text])
        }
    }

    /// Looks first, and takes the writer's lock only when there is something: the duties look often and find little.
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
    /// Ran when its daemon died, as others did.
    static let suspect = lost(.suspect)
    /// Taken from its worker by force.
    static let taken = lost(.taken)

    private static func lost(_ outcome: AttemptOutcome) -> HandBack {
        HandBack(
            outcome, pause: nil,
            exhausted: JobError("attempts_exhausted", "every start allowed failed or was lost with its worker"))
    }

    fileprivate static let lostClaim = HandBack(
        .lostClaim, pause: nil, exhausted: JobError("attempts_exhausted", "the claim was lost"))
}
