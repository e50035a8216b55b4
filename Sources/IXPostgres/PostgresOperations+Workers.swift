public import FoundationEssentials
public import IXStore

extension PostgresOperations {
    public func registerWorker(_ worker: WorkerIdentity, lease: Duration) throws(StoreError) {
        _ = try run(
            .registerWorker,
            [
                worker.workerID.uuidString, worker.instance, worker.host, "\(worker.pid)", worker.version,
                lease.seconds,
            ])
    }

    public func renewLease(_ workerID: UUID, lease: Duration) throws(StoreError) -> Double? {
        try run(.renewLease, [workerID.uuidString, lease.seconds]).first.flatMap { $0.text("clock") }.flatMap(
            Double.init)
    }

    public func heldClaims(_ workerID: UUID) throws(StoreError) -> [HeldClaim] {
        let held = try run(.readHeldClaims, [workerID.uuidString]).map { row in
            row.uuid("claim_id").map { HeldClaim(claimID: $0, isCancelled: row.bool("cancelled")) }
        }
        return held.compactMap { $0 }
    }

    public func endLease(_ workerID: UUID) throws(StoreError) {
        _ = try run(.endLease, [workerID.uuidString])
    }

    public func handBackLostClaims(
        _ workerID: UUID, running: [UUID], older: Duration
    ) throws(StoreError) -> [HandedBack] {
        try run(.handBackLostClaims, [workerID.uuidString, running.array, older.seconds]).map(HandedBack.init)
    }
}
