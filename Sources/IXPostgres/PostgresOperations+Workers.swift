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

    public func renewLease(_ workerID: UUID, lease: Duration) throws(StoreError) -> Bool {
        try run(.renewLease, [workerID.uuidString, lease.seconds]).count == 1
    }

    public func endLease(_ workerID: UUID) throws(StoreError) {
        _ = try run(.endLease, [workerID.uuidString])
    }

    public func heldClaims(_ workerID: UUID) throws(StoreError) -> [HeldClaim] {
        try run(.readHeldClaims, [workerID.uuidString]).map { row in
            HeldClaim(claimID: row.uuid("claim_id")!, isCancelled: row.bool("cancelled"))
        }
    }

    public func handBackLostClaims(
        _ workerID: UUID, running: [UUID], older: Duration
    ) throws(StoreError) -> [HandedBack] {
        try run(.handBackLostClaims, [workerID.uuidString, running.array, older.seconds]).map(HandedBack.init)
    }
}
