import FoundationEssentials
import IXCore
import IXPostgres
import IXStore
import IXTestSupport
import Testing

/// Busy workers' claims start where the queue's head was lately; what comes to stand before it isn't forgotten.
@Suite(.needsPostgres, .timeLimit(.minutes(3))) struct ClaimMarkTests {
    @Test func `a row whose commit came late is found by busy workers within a second`() async throws {
        try await TestDatabase.with { db in
            try await db.fill(jobs: 20_000)
            let late = db.session()
            try await late.sql(
                """
                BEGIN; INSERT INTO ix_jobs (job_id, ix_id, client_id, request_id, request, created_at)
                VALUES (gen_random_uuid(), 'x', 'late', 'late', '{}', '2001-01-01')
                """)
            let store = db.store()
            let daemon = try await store.daemon()
            var job = try #require(try await store.claim(daemon))
            for _ in 0..<20 { job = try await store.next(after: job, daemon) }
            try await late.sql("COMMIT")
            let start = ContinuousClock.now
            while job.names.clientID != "late" {
                job = try await store.next(after: job, daemon)
                guard ContinuousClock.now - start < .seconds(1) else { break }
            }
            #expect(job.names.clientID == "late")
            await store.close()
        }
    }

    @Test func `a job that is handed back comes before younger ones`() async throws {
        try await TestDatabase.with { db in
            try await db.fill(jobs: 200)
            let store = db.store()
            let (daemon, dead) = (try await store.daemon(), try await store.daemon())
            let lost = try #require(try await store.claim(dead))
            var job = try #require(try await store.claim(daemon))
            for _ in 0..<20 { job = try await store.next(after: job, daemon) }
            try await store.perform { try $0.endLease(dead) }
            let swept = try await store.sweep()
            #expect(swept.count == 1)
            job = try await store.next(after: job, daemon)
            #expect(job.attempt.jobID == lost.attempt.jobID)
            await store.close()
        }
    }

    @Test func `an idle worker's claim looks before the mark at once`() async throws {
        try await TestDatabase.with { db in
            try await db.fill(jobs: 30)
            let store = db.store()
            let daemon = try await store.daemon()
            var job = try #require(try await store.claim(daemon))
            for _ in 0..<20 { job = try await store.next(after: job, daemon) }
            try await db.sql(
                """
                INSERT INTO ix_jobs (job_id, ix_id, client_id, request_id, request, created_at)
                VALUES (gen_random_uuid(), 'x', 'early', 'early', '{}', '2001-01-01')
                """)
            let found = try await store.claim(daemon)
            #expect(found?.names.clientID == "early")
            await store.close()
        }
    }
}

extension JobStore {
    /// Ends a job as done and claims the next, which must be there.
    fileprivate func next(after job: ClaimedJob, _ daemon: UUID) async throws -> ClaimedJob {
        let completion = try Completion(job.attempt, .success())
        let (_, next) = try await perform { try $0.completeAndClaim(completion, Claim(daemonID: daemon)) }
        return try #require(next)
    }
}
