import IXCore
import IXPostgres
import IXStore
import IXTestSupport
import Testing

/// Requests whose jobs are pruned.
extension StoreConformance {
    static var receiptRetention: Retention { Retention(done: .zero, error: .zero, receipt: .seconds(86_400 * 30)) }

    @Test(arguments: StoreUnderTest.operated)
    func `a pruned request returns its job`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let first = try await EndPath.done.end("first", store, url: nil)
            let key = try await store.job(first).requestID
            let keyed = try await store.insert(.keyed("a"))
            _ = try await store.insert(.keyed("b"))
            let (attempt, _) = try await store.claimed()
            _ = try await store.end(attempt, .success())
            #expect(try await store.prunedByWalks(Self.receiptRetention) == 2)
            _ = try await store.perform { try $0.pruneAccess(limit: 100, receipts: Self.receiptRetention.receipt) }
            for (job, id) in [
                (try NewJob.make(key), first), (try .keyed("a"), keyed.jobID), (try .keyed("b"), keyed.jobID),
            ] {
                for request in [job, job.plain] {
                    let answer = try await store.insert(request)
                    #expect(answer.jobID == id && answer.isDuplicate && !answer.differs, "\(key)")
                    #expect(answer.status == nil && answer.ixID.isEmpty)
                }
            }
            let batch: [NewJob] = try [.make("fresh"), .make(key), .keyed("c")]
            let results = try await store.perform { try $0.insertPendingBatch(batch) }.map(\.inserted)
            #expect(results.map(\.?.isDuplicate) == [false, true, false] && results[1]?.jobID == first)
            #expect(try await store.list().count == 2)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `without receipts a pruned request is a new job`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let first = try await EndPath.error.end("first", store, url: nil)
            let key = try await store.job(first).requestID
            let count = try await store.pruned(Retention(error: .zero))
            #expect(count == PruneCount(error: 1))
            let again = try await store.insert(.make(key))
            #expect(again.jobID != first && !again.isDuplicate && again.status == .pending)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a job with a receipt is there until its prune, and a repeat gets its status`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { store in
            let first = try await EndPath.done.end("first", store, url: nil)
            let key = try await store.job(first).requestID
            let count = try await store.pruned(Self.receiptRetention)
            let answer = try await store.insert(.make(key))
            #expect(answer.jobID == first && answer.isDuplicate)
            // PostgreSQL has entered the receipt alone.
            #expect(answer.status == (count.receipts == 1 ? .done : nil) && count.done + count.receipts == 1)
            let second = try await store.pruned(Self.receiptRetention, limit: 1)
            #expect(second.total == 0 && second.receipts == 0)
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `an erase takes the receipt along, and a client's receipts where they name the client`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { store in
            let job = try await store.insert(.keyed("a")).jobID
            _ = try await store.insert(.keyed("b"))
            let live = try await store.perform { try $0.eraseReceipts(of: "client", limit: 10) }
            #expect(live == 0)
            let (attempt, _) = try await store.claimed()
            _ = try await store.end(attempt, .success())
            // PostgreSQL enters the receipt alone; the file deletes the job, too.
            _ = try await store.pruned(Self.receiptRetention)
            let erased = try await store.perform { try $0.erase(job) }
            #expect(erased == (kind == .sqlite ? .notFound : .erased))
            let counts = try await store.perform { operations in
                try ["other", "client"].map { try operations.eraseReceipts(of: $0, limit: 10) }
            }
            #expect(counts == (kind == .sqlite ? [0, 2] : [0, 0]))
            let again = try await store.insert(NewJob.keyed("a").plain)
            #expect(!again.isDuplicate && again.jobID != job)
        }
    }
}

extension NewJob {
    /// The job without what it stands for beside its request_id.
    fileprivate var plain: NewJob {
        var job = self
        job.dedupe = nil
        return job
    }
}

extension BatchInsertResult {
    fileprivate var inserted: InsertResult? { if case .inserted(let one) = self { one } else { nil } }
}

extension JobStore {
    /// Runs walks of a prune until nothing is left, each later than the time that a receipt needs; returns the deleted jobs.
    func prunedByWalks(_ retention: Retention) async throws -> Int {
        let first = try await pruned(retention, limit: 1)
        try await perform { operations in
            guard let postgres = operations as? PostgresOperations else { return }
            try postgres.query("UPDATE ix_receipts SET at = at - interval '2 minutes'")
        }
        return first.total + (try await pruned(retention, limit: 1)).total
    }
}
