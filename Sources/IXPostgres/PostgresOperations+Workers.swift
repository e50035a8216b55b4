public import FoundationEssentials
public import IXStore

extension PostgresOperations {
    public func registerWorker(_ worker: WorkerIdentity, lease: Duration) throws(StoreError) {
        _ = try run(
            .registerWorker,
            [
                worker.workerID.uuidString, worker.instance, worker.host, "\(worker.pid)", worker.version,
                lease.seconds, worker.serves?.sorted().array,
            ])
    }

    public func recordServed(_ workerID: UUID, _ useCases: [String]?) throws(StoreError) {
        _ = try run(.recordServed, [workerID.uuidString, useCases?.sorted().array])
    }

    public func foreignWork(_ workerID: UUID, serving useCases: [String]?) throws(StoreError) -> ForeignWork {
        var work = ForeignWork()
        for row in try run(.foreignWork, [workerID.uuidString, useCases?.sorted().array]).all {
            guard let useCase = row.text("use_case") else {
                work.othersDiffer = row.bool("differ")
                (work.workers, work.rank) = (row.int("workers"), row.int("rank"))
                continue
            }
            if row.bool("is_served") { work.servedElsewhere.append(useCase) } else { work.unserved.append(useCase) }
        }
        return work
    }

    public func endUnserved(
        _ useCases: [String], dueFor age: Duration, limit: Int
    ) throws(StoreError) -> [HandedBack] {
        guard !useCases.isEmpty else { return [] }
        return try run(.endUnserved, [useCases.array, age.seconds, "\(limit)"]).map(HandedBack.init)
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
