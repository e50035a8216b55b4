import FoundationEssentials
import IXCore
import IXPostgres
import IXStore
import IXTestSupport
import Testing

/// What a producer, an operator or a backup locks holds up a daemon's call for about half a second, once, and no other call.
@Suite(.needsPostgres, .timeLimit(.minutes(3))) struct LockWaitTests {
    private static let wait = Duration.seconds(3)

    @Test func `an end whose row is locked fails in time, passes over it, and is written when it is free`() async throws
    {
        try await TestDatabase.with { db in
            let store = db.watchedStore()
            try await store.enter("a")
            let (attempt, _) = try await store.claimed()
            let holder = try await db.holding("SELECT 1 FROM ix_jobs FOR UPDATE")
            var completion = Completion(attempt, try .success())
            let first = try await Self.failure(within: Self.wait) { _ = try await store.complete(completion) }
            #expect(first?.code == .locked)
            completion.isKept = true
            // Many tries that pass over the row take no longer than one that would wait for it.
            let kept = try await Self.failure(within: .seconds(2)) {
                for _ in 0..<10 {
                    let again = await #expect(throws: StoreError.self) { _ = try await store.complete(completion) }
                    #expect(again?.code == .locked)
                }
                _ = try await store.complete(completion)
            }
            #expect(kept?.code == .locked)
            try await holder.sql("ROLLBACK")
            #expect(try await store.complete(completion) == .ended(.done, isCallbackDue: false))
            #expect(try await store.complete(completion) == .ended(.done, isCallbackDue: false))
            await holder.close()
            await store.close()
        }
    }

    @Test func `a cancel in an open transaction holds up nothing, and once committed no result is recorded`()
        async throws
    {
        try await TestDatabase.with { db in
            let store = db.watchedStore()
            try await store.enter("a")
            let (attempt, _) = try await store.claimed()
            let holder = try await db.holding("SELECT ix_cancel(job_id) FROM ix_jobs")
            var completion = Completion(attempt, try .success())
            let error = try await Self.failure(within: Self.wait) { _ = try await store.complete(completion) }
            #expect(error?.code == .locked)
            // Another client's job goes on meanwhile.
            try await store.enter("b")
            let (other, _) = try await store.claimed()
            #expect(try await store.end(other, .success()) == .ended(.done, isCallbackDue: false))
            try await holder.sql("COMMIT")
            completion.isKept = true
            #expect(try await store.complete(completion) == .ended(.error, isCallbackDue: false))
            await holder.close()
            await store.close()
        }
    }

    /// A row that has moved is missed where its claim left it, so that only the end by the job's id meets the lock.
    @Test(arguments: [1, 3])
    func `an end that waits for a lock keeps no claim beside it from its job`(_ count: Int) async throws {
        try await TestDatabase.with { db in
            let store = db.watchedStore()
            let daemon = try await store.daemon()
            for key in 0..<2 * count { try await store.enter("\(key)") }
            let first = try await store.perform {
                try $0.perform((0..<count).map { _ in WorkerRequest(claim: Claim(daemonID: daemon)) })
            }.compactMap(\.job)
            let held = try #require(first.first)
            let row = "ix_jobs WHERE job_id = '\(held.attempt.jobID)'"
            try await db.sql(
                "UPDATE ix_jobs SET callback_status = callback_status WHERE job_id = '\(held.attempt.jobID)'")
            let holder = try await db.holding("SELECT 1 FROM \(row) FOR UPDATE")
            let requests = try first.map { job in
                var completion = Completion(job.attempt, try .success())
                completion.hasFollowers = job.hasFollowers
                return WorkerRequest(completion: completion, claim: Claim(daemonID: daemon))
            }
            let answers = try await store.perform { try $0.perform(requests) }
            #expect(answers.map(\.failure?.code) == [.locked] + Array(repeating: nil, count: count - 1))
            #expect(answers.dropFirst().allSatisfy { $0.completion == .ended(.done, isCallbackDue: false) })
            let claims = answers.compactMap(\.job?.attempt.claimID)
            #expect(claims == requests.compactMap(\.claim?.claimID))
            #expect(try await db.count("ix_jobs WHERE status = 'running'") == count + 1)
            try await holder.sql("ROLLBACK")
            #expect(try await store.end(held.attempt, .success()) == .ended(.done, isCallbackDue: false))
            await holder.close()
            await store.close()
        }
    }

    @Test func `a lock on the whole table fails each call in time`() async throws {
        try await TestDatabase.with { db in
            let store = db.watchedStore()
            let daemon = try await store.daemon()
            try await store.enter("a")
            let (attempt, dead) = try await store.claimed()
            try await store.enter("b")
            // A sweep without orphans writes nothing, and waits for no lock.
            try await store.die(dead)
            let holder = try await db.holding("LOCK TABLE ix_jobs IN SHARE MODE")
            let claim = try await Self.failure(within: Self.wait) { _ = try await store.claim(daemon) }
            let sweep = try await Self.failure(within: Self.wait) { _ = try await store.sweep() }
            var completion = Completion(attempt, try .success())
            completion.isKept = true
            let end = try await Self.failure(within: Self.wait) { [completion] in
                _ = try await store.complete(completion)
            }
            #expect([claim?.code, sweep?.code, end?.code].allSatisfy { $0 == .locked })
            try await holder.sql("ROLLBACK")
            #expect(try await store.complete(completion) == .ended(.done, isCallbackDue: false))
            await holder.close()
            await store.close()
        }
    }

    @Test func `a callback whose job is locked holds up no other`() async throws {
        try await TestDatabase.with { db in
            let store = db.watchedStore()
            for key in ["a", "b"] {
                try await store.enter(key, url: "http://\(key)/")
                let (attempt, _) = try await store.claimed()
                _ = try await store.end(attempt, .success())
            }
            let due = try await store.dueCallbacks()
            let holder = try await db.holding("SELECT 1 FROM ix_jobs WHERE request_id = 'a' FOR UPDATE")
            var completions = due.map { DeliveryCompletion($0, .delivered, report: nil) }
            let start = ContinuousClock.now
            let first = try await store.perform { [completions] in try $0.recordDeliveries(completions) }
            #expect(ContinuousClock.now - start < Self.wait)
            let locked = try #require(due.first { $0.url == "http://a/" }).jobID
            #expect(first == Set(due.map(\.jobID)).subtracting([locked]))
            completions = completions.filter { $0.jobID == locked }
            completions[0].isKept = true
            let held = try await store.perform { [completions] in
                (try $0.recordDeliveries(completions), try $0.inHand(completions))
            }
            #expect(held.0.isEmpty && held.1 == [locked])
            try await holder.sql("ROLLBACK")
            let last = try await store.perform { [completions] in try $0.recordDeliveries(completions) }
            #expect(last == [locked])
            await holder.close()
            await store.close()
        }
    }

    @Test func `a request to redeliver in an open transaction locks nothing that a daemon writes`() async throws {
        try await TestDatabase.with { db in
            // Whatever waits for a lock fails here.
            let store = try db.store(settings: "-c lock_timeout=100ms")
            try await store.enter("a", url: "http://a/")
            let (attempt, _) = try await store.claimed()
            _ = try await store.end(attempt, .success())
            let first = try await store.dueCallbacks()
            let isRecorded = try await store.recordDelivery(try #require(first.first), .failed)
            #expect(isRecorded)
            let holder = try await db.holding("SELECT ix_redeliver(job_id) FROM ix_jobs")
            #expect(try await store.dueCallbacks().isEmpty)
            #expect(try await store.pruned() == PruneCount(done: 0, error: 0))
            try await holder.sql("COMMIT")
            #expect(try await store.pruned() == PruneCount(done: 0, error: 0))
            let again = try await store.dueCallbacks()
            #expect(again.map(\.jobID) == [attempt.jobID] && again.first?.retryIndex == 0)
            // The delivery is recorded beside another request, and that one is served after it.
            try await holder.sql("BEGIN; SELECT ix_redeliver(job_id), ix_cancel(job_id) FROM ix_jobs")
            #expect(try await store.recordDelivery(try #require(again.first), .delivered))
            try await holder.sql("COMMIT")
            #expect(try await db.count("ix_redeliveries") == 0)
            await holder.close()
            await store.close()
        }
    }

    @Test func `an insert may be prepared when it is told not to notify`() async throws {
        let cluster = try await PrivateCluster.shared.url
        try await TestDatabase.with(.migrated, on: cluster) { db in
            let enqueue = #"SELECT 1 FROM ix_enqueue('{"use_case":"u","ix_client_id":"c","request_id":"r"}')"#
            let plain = db.session()
            try await plain.sql("BEGIN; \(enqueue)")
            let refusal = await #expect(throws: SQLFailure.self) { try await plain.sql("PREPARE TRANSACTION 'plain'") }
            #expect(refusal?.state == "0A000")
            await plain.close()
            let name = "ix_\(db.name)"
            let batch =
                #"SELECT 1 FROM ix_enqueue_batch('[{"request":{"use_case":"u","ix_client_id":"c","request_id":"b"}}]')"#
            let session = db.session()
            try await session.sql(
                "BEGIN; SET LOCAL ix.notify = off; \(enqueue); \(batch); PREPARE TRANSACTION '\(name)'")
            #expect(try await db.count("ix_jobs") == 0)
            try await session.sql("COMMIT PREPARED '\(name)'")
            #expect(try await db.count("ix_jobs WHERE status = 'pending'") == 2)
            await session.close()
        }
    }

    /// What the call fails with; a call that takes longer is a failure of the test.
    private static func failure(within limit: Duration, _ call: () async throws -> Void) async throws -> StoreError? {
        let start = ContinuousClock.now
        do { try await call() } catch let error as StoreError {
            #expect(ContinuousClock.now - start < limit)
            return error
        }
        return nil
    }
}

extension TestDatabase {
    /// A store as a daemon has it.
    fileprivate func watchedStore() -> PostgresStore {
        PostgresStore(parameters, connections: 2, lockWatch: LockWatch(parameters))
    }

    /// A session that has run `sql` and left its transaction open.
    fileprivate func holding(_ sql: String) async throws -> SQLSession {
        let holder = session()
        try await holder.sql("BEGIN; \(sql)")
        return holder
    }
}

extension PostgresStore {
    fileprivate func pruned() async throws -> PruneCount {
        try await perform { try $0.prune(Retention(done: .zero, error: .zero), from: nil, limit: 10) }.count
    }

    fileprivate func complete(_ completion: Completion) async throws -> CompletionResult {
        try await perform { try $0.complete(completion) }
    }

    @discardableResult
    fileprivate func enter(_ key: String, url: String? = nil) async throws -> InsertResult {
        var insertion = try NewJob.make(key)
        insertion.callbackURL = url
        return try await insert(insertion)
    }
}
