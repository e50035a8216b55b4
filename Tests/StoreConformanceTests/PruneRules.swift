import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

extension StoreConformance {
    @Test(arguments: StoreUnderTest.allCases)
    func `what ended longer ago than its status is kept for goes, what is younger stays`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            let done = try await EndPath.done.end("done", store, url: nil)
            let error = try await EndPath.error.end("error", store, url: nil)
            let young = try await store.pruned(Retention(done: .seconds(3600), error: .seconds(3600)))
            let kept = try await store.pruned(Retention())
            #expect(young == PruneCount() && kept == PruneCount())
            let first = try await store.pruned(Retention(done: .zero, error: .seconds(3600)))
            #expect(first == PruneCount(done: 1))
            let there = try await store.present([done, error])
            #expect(there == [error])
            let second = try await store.pruned(Retention(error: .zero))
            let left = try await store.present([done, error])
            #expect(second == PruneCount(error: 1) && left.isEmpty)
        }
    }

    @Test(arguments: StoreUnderTest.movable)
    func `a job's age counts from its end, by the store's clock`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let jobID = try await EndPath.done.end("a", store, url: nil)
            var record = try #require(try await store.taken().first)
            record.job.createdAt = "2001-01-01T00:00:00.000000Z"
            let inserted = record
            _ = try await store.restore([inserted])
            let none = try await store.pruned(Retention(done: .seconds(86_400), error: .zero))
            #expect(none.total == 0)
            var old = try #require(try await store.taken().first)
            old.job.finishedAt = "2001-01-02T00:00:00.000000Z"
            let ended = old
            _ = try await store.restore([ended])
            let one = try await store.pruned(Retention(done: .seconds(86_400)))
            let there = try await store.present([jobID])
            #expect(one.done == 1 && there.isEmpty)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `what waits or runs stays, however old`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.insert(.make("runs", runAt: "2001-01-01T00:00:00Z"))
            let running = try await store.claimed().attempt.jobID
            let waiting = try await store.insert(.make("waits", runAt: "2001-01-01T00:00:00Z")).jobID
            let count = try await store.pruned(Retention(done: .zero, error: .zero))
            let there = try await store.present([running, waiting])
            #expect(count == PruneCount() && there == [running, waiting])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a job whose callback is due stays until it is delivered or failed, also while it is in hand or due again`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            let all = Retention(done: .zero, error: .zero)
            let jobID = try await EndPath.done.end("a", store, url: "http://a/")
            let due = try await store.pruned(all)
            let callback = try await store.dueCallbacks()[0]
            let inHand = try await store.pruned(all)
            #expect(due.total == 0 && inHand.total == 0)
            _ = try await store.recordDelivery(callback, .failed)
            _ = try await store.perform { try $0.redeliver([jobID]) }
            let again = try await store.pruned(all)
            #expect(again.total == 0)
            let second = try await store.dueCallbacks()[0]
            _ = try await store.recordDelivery(second, .delivered)
            let last = try await store.pruned(all)
            #expect(last == PruneCount(done: 1))
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `attempts, callback and deliveries go along with their job, those of others stay`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            let gone = try await store.endTold("gone", .success())
            let kept = try await store.endTold("kept", .failure)
            let count = try await store.pruned(Retention(done: .zero))
            #expect(count == PruneCount(done: 1))
            let left = try await store.perform { operations in
                try [gone, kept].map { jobID in
                    [
                        try operations.attempts(of: jobID).count, try operations.deliveries(of: jobID).count,
                        try operations.callback(of: jobID) == nil ? 0 : 1,
                    ]
                }
            }
            #expect(left == [[0, 0, 0], [2, 1, 1]])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a batch deletes as many as it is told at most, and the walk finds all of them`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            for index in 0..<11 { _ = try await EndPath.cancelledWaiting.end("\(index)", store, url: nil) }
            let waiting = try await store.insert("waits").jobID
            let batches = try await store.batches(Retention(error: .zero), limit: 3)
            #expect(batches.allSatisfy { $0.total <= 3 } && batches.reduce(0) { $0 + $1.total } == 11)
            let there = try await store.present([waiting])
            #expect(there == [waiting])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `after a prune the same client_id and request_id make a new job`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let old = try await EndPath.done.end("a", store, url: nil)
            let before = try await store.insert("a")
            _ = try await store.pruned(Retention(done: .zero))
            let after = try await store.insert("a")
            #expect(before.isDuplicate && !after.isDuplicate && after.jobID != old)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `prunable counts what a walk would delete, and deletes nothing`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let ids = [
                try await EndPath.done.end("done", store, url: nil),
                try await EndPath.error.end("error", store, url: nil),
                try await EndPath.error.end("due", store, url: "http://a/"), try await store.insert("waits").jobID,
            ]
            let counts = try await store.perform { operations in
                try [Retention(done: .zero), Retention(done: .zero, error: .zero), Retention(done: .seconds(60))].map {
                    try operations.prunable($0)
                }
            }
            #expect(counts == [PruneCount(done: 1), PruneCount(done: 1, error: 1), PruneCount()])
            let there = try await store.present(ids)
            #expect(there == ids)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a prune that is rolled back deletes nothing`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let jobID = try await store.endTold("a", .success())
            await #expect(throws: Rollback.self) {
                try await store.transaction { operations in
                    _ = try operations.prune(Retention(done: .zero), from: nil, limit: 10)
                    throw Rollback()
                }
            }
            let there = try await store.present([jobID])
            let attempts = try await store.perform { try $0.attempts(of: jobID) }
            #expect(there == [jobID] && attempts.count == 2)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `walks side by side delete each job once`(_ kind: StoreUnderTest) async throws {
        try await kind.with(connections: 4) { store in
            for index in 0..<40 { _ = try await EndPath.cancelledWaiting.end("\(index)", store, url: nil) }
            let counts = try await withThrowingTaskGroup(of: PruneCount.self) { group in
                for _ in 0..<4 { group.addTask { try await store.pruned(Retention(error: .zero), limit: 3) } }
                return try await group.reduce(into: 0) { $0 += $1.total }
            }
            #expect(counts == 40)
        }
    }
}

extension JobStore {
    /// A job that went back once and then ended, with a note; its callback was delivered.
    fileprivate func endTold(_ key: String, _ ending: Completion.Kind) async throws -> UUID {
        let jobID = try await insert(key).jobID
        _ = try await end(claimed().attempt, .back())
        let note = AttemptNote(outcome: "complete", exitStatus: "exit 0", logTail: "said")
        _ = try await end(claimed().attempt, ending, note: note)
        guard let callback = try await dueCallbacks().first, try await recordDelivery(callback, .delivered) else {
            throw TestFailure("no callback was due")
        }
        return jobID
    }

    /// A whole walk, what each batch deleted.
    fileprivate func batches(_ retention: Retention, limit: Int = 100) async throws -> [PruneCount] {
        var (counts, cursor): ([PruneCount], PruneCursor?) = ([], nil)
        repeat {
            let from = cursor
            let batch = try await perform { try $0.prune(retention, from: from, limit: limit) }
            counts.append(batch.count)
            cursor = batch.next
        } while cursor != nil
        return counts
    }

    func pruned(_ retention: Retention, limit: Int = 100) async throws -> PruneCount {
        try await batches(retention, limit: limit).reduce(into: PruneCount()) { $0 += $1 }
    }

    /// Those that are there.
    fileprivate func present(_ jobIDs: [UUID]) async throws -> [UUID] {
        try await perform { operations in try jobIDs.filter { try operations.get($0) != nil } }
    }
}
