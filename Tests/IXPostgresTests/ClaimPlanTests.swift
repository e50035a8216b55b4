import FoundationEssentials
import IXCore
import IXPostgres
import IXStore
import IXTestSupport
import Testing

/// A claim takes one row and never waits for a lock, under every plan of the server.
@Suite(.needsPostgres, .timeLimit(.minutes(3))) struct ClaimPlanTests {
    @Test func `one row per claim under every forced plan`() async throws {
        try await TestDatabase.with { db in
            try await db.fill(jobs: 300)
            for plan in BadPlan.all {
                let store = try db.store(settings: plan)
                let (before, daemon) = (try await db.running(), try await store.daemon())
                for _ in 0..<3 { _ = try await store.claim(daemon) }
                let after = try await db.running()
                #expect(after == before + 3, "\(plan)")
                await store.close()
            }
        }
    }

    @Test func `one row per claim with statistics from when the table was empty`() async throws {
        try await TestDatabase.with { db in
            try await db.sql("ALTER TABLE ix_jobs SET (autovacuum_enabled = off)")
            try await db.sql("ANALYZE ix_jobs")
            try await db.fill(jobs: 20_000)
            let store = db.store()
            let daemon = try await store.daemon()
            let start = ContinuousClock.now
            for _ in 0..<50 { _ = try await store.claim(daemon) }
            let running = try await db.running()
            #expect(running == 50)
            #expect(ContinuousClock.now - start < .seconds(10))
            await store.close()
        }
    }

    @Test(arguments: [0, 20_000])
    func `the claim's order comes from the index of due jobs, without a sort`(_ jobs: Int) async throws {
        try await TestDatabase.with { db in
            try await db.sql("ANALYZE ix_jobs")
            try await db.fill(jobs: max(jobs, 2_000))
            if jobs > 0 { try await db.sql("ANALYZE ix_jobs") }
            let plan = try await db.sql(
                """
                EXPLAIN SELECT job_id FROM ix_jobs WHERE due_at <= now() AND (run_at IS NULL OR run_at IS NOT NULL)
                ORDER BY due_at, job_id FOR UPDATE SKIP LOCKED LIMIT 1
                """
            ).map { $0[0] ?? "" }.joined(separator: "\n")
            #expect(plan.contains("ix_jobs_due"), "\(plan)")
            #expect(!plan.contains("Sort"), "\(plan)")
        }
    }

    @Test func `a claim skips the rows that another transaction holds`() async throws {
        try await TestDatabase.with { db in
            try await db.fill(jobs: 20)
            let holder = db.session()
            try await holder.sql("BEGIN")
            let held = try await holder.sql(
                "SELECT job_id FROM ix_jobs ORDER BY coalesce(run_at, created_at), job_id LIMIT 10 FOR UPDATE")
            let store = db.store()
            let daemon = try await store.daemon()
            let start = ContinuousClock.now
            let claimed = try await store.claim(daemon)
            #expect(ContinuousClock.now - start < .seconds(5))
            let job = try #require(claimed).attempt.jobID.uuidString.lowercased()
            #expect(held.count == 10 && !held.contains([job]))
            try await holder.sql("ROLLBACK")
            await store.close()
        }
    }

    @Test func `when every row is held a claim returns at once with nothing`() async throws {
        try await TestDatabase.with { db in
            try await db.fill(jobs: 5)
            let holder = db.session()
            try await holder.sql("BEGIN; SELECT job_id FROM ix_jobs FOR UPDATE")
            let store = db.store()
            let claimed = try await store.claim(store.daemon())
            #expect(claimed == nil)
            try await holder.sql("ROLLBACK")
            await store.close()
        }
    }

    @Test func `jobs scheduled ahead don't stand in the way of one that is due`() async throws {
        try await TestDatabase.with { db in
            try await db.fill(jobs: 20_000, runAt: "now() + interval '1 day'")
            try await db.fill(jobs: 1)
            try await db.sql("ANALYZE ix_jobs")
            let store = db.store()
            let daemon = try await store.daemon()
            let first = try await store.claim(daemon)
            let second = try await store.claim(daemon)
            #expect(first != nil && second == nil)
            await store.close()
        }
    }
}

/// Settings that push the planner away from the plan it would pick.
enum BadPlan {
    static let all: [String] = {
        let switches = ["indexscan", "bitmapscan", "seqscan", "hashjoin", "mergejoin", "nestloop", "material"]
        let single = switches.map { ["\($0)"] }
        let sets =
            single + [
                ["hashjoin", "mergejoin", "material"], ["hashjoin", "nestloop"],
                ["mergejoin", "nestloop", "indexscan"],
                ["indexscan", "indexonlyscan", "bitmapscan"], ["indexscan", "bitmapscan", "hashjoin", "mergejoin"],
                ["seqscan", "bitmapscan", "hashjoin", "mergejoin", "material"], ["sort", "indexscan"],
            ]
        return sets.map { $0.map { "-c enable_\($0)=off" }.joined(separator: " ") }
            + ["-c plan_cache_mode=force_generic_plan", "-c plan_cache_mode=force_custom_plan -c enable_hashjoin=off"]
    }()
}

extension TestDatabase {
    func store(settings: String) throws -> PostgresStore {
        let url = try address.url(["options": settings])
        return PostgresStore(ConnectionParameters(url: url, applicationName: "ix-test"), connections: 1)
    }

    /// Pending jobs, put there by the server itself.
    func fill(jobs: Int, runAt: String = "NULL", maxAttempts: Int = 3) async throws {
        try await sql(
            """
            INSERT INTO ix_jobs (job_id, ix_id, client_id, request_id, request, created_at, use_case, run_at, max_attempts)
            SELECT gen_random_uuid(), 'fedcba9876543210', 'client', gen_random_uuid(), '{"use_case":"extract"}',
                   now() - interval '1 hour' + n * interval '1 ms', 'extract', \(runAt), \(maxAttempts)
              FROM generate_series(1, \(jobs)) AS n
            """)
    }

    func running() async throws -> Int { try await count("ix_jobs WHERE status = 'running'") }

    func count(_ rows: String) async throws -> Int {
        let answer = try await sql("SELECT count(*) FROM \(rows)")
        return Int(answer[0][0] ?? "") ?? -1
    }
}
