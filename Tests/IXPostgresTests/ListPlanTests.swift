import IXCore
import IXStore
import IXTestSupport
import Testing

@testable import IXPostgres

/// What a listing reads.
@Suite(.needsPostgres, .timeLimit(.minutes(3))) struct ListPlanTests {
    private func plan(_ db: TestDatabase, _ statement: Statement, _ arguments: String) async throws -> String {
        let session = db.session()
        try await session.sql("SET plan_cache_mode = force_generic_plan")
        try await session.sql("PREPARE s AS \(statement.sql)")
        let lines = try await session.sql("EXPLAIN (ANALYZE, COSTS off) EXECUTE s (\(arguments))")
        await session.close()
        return lines.compactMap { $0[0] }.joined(separator: "\n")
    }

    private func filled(_ body: (TestDatabase) async throws -> Void) async throws {
        try await TestDatabase.with { db in
            try await db.fill(jobs: 20_000)
            try await db.sql("UPDATE ix_jobs SET status = 'error', finished_at = now()")
            try await db.fill(jobs: 200)
            try await db.sql("VACUUM ANALYZE ix_jobs")
            try await body(db)
        }
    }

    /// The parameters from the client to the ancestor, of the first page.
    private static let head =
        "NULL, NULL, NULL, NULL, NULL, 'infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 50, NULL, NULL, NULL, NULL, NULL"
    private static let start = head + ", NULL, NULL, NULL"

    @Test func `a listing of live jobs reads the partial indexes and never the table`() async throws {
        try await filled { db in
            for filter in ["NULL, NULL, NULL", "'{extract}', '{acme}', '{nightly}'"] {
                let plan = try await plan(db, .listLive, "'{pending,running}', \(Self.head), \(filter)")
                #expect(plan.contains("ix_jobs_due") && plan.contains("ix_jobs_pkey"), "\(plan)")
                #expect(!plan.contains("Seq Scan on ix_jobs"), "\(plan)")
            }
        }
    }

    @Test func `the half of a live listing that nobody asked for is not run`() async throws {
        try await filled { db in
            let plan = try await plan(db, .listLive, "'{running}', \(Self.start)")
            #expect(plan.contains("One-Time Filter") && plan.contains("never executed"), "\(plan)")
        }
    }

    @Test func `a window of time reads its jobs alone, whatever the statistics say`() async throws {
        try await filled { db in
            let session = db.session()
            for statement in [
                "SET session_replication_role = replica", "CREATE TABLE kept AS SELECT * FROM ix_jobs",
                "UPDATE kept SET created_at = now() - interval '30 days' * random()", "TRUNCATE ix_jobs",
                "INSERT INTO ix_jobs SELECT * FROM kept ORDER BY created_at",
            ] { try await session.sql(statement) }
            await session.close()
            let window =
                "NULL, NULL, NULL, NULL, NULL, 'infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 50,"
                + " now() - interval '10 days', now() - interval '9 days', NULL, NULL, NULL"
            let filters = [
                "NULL, NULL, NULL", "'{extract}', NULL, NULL", "NULL, '{acme}', NULL", "NULL, NULL, '{nightly}'",
            ]
            for statistics in ["SELECT 1", "VACUUM ANALYZE ix_jobs"] {
                try await db.sql("SELECT brin_summarize_new_values('ix_jobs_created')")
                try await db.sql(statistics)
                for filter in filters {
                    let plan = try await plan(db, .list, "'{pending,error}', \(window), \(filter)")
                    #expect(plan.contains("ix_jobs_created") && !plan.contains("Seq Scan"), "\(plan)")
                }
            }
        }
    }

    @Test func `jobs of a busy client are read by time, and those of a client with few by the client`() async throws {
        try await filled { db in
            let session = db.session()
            for statement in [
                "SET session_replication_role = replica", "CREATE TABLE kept AS SELECT * FROM ix_jobs",
                "UPDATE kept SET client_id = 'busy', created_at = now() - interval '30 days' * random()",
                "UPDATE kept SET client_id = 'rare' WHERE job_id IN (SELECT job_id FROM kept LIMIT 7)",
                "TRUNCATE ix_jobs", "INSERT INTO ix_jobs SELECT * FROM kept ORDER BY created_at",
            ] { try await session.sql(statement) }
            await session.close()
            let window =
                "'infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 50,"
                + " now() - interval '10 days', now() - interval '9 days', NULL"
            for statistics in ["SELECT 1", "VACUUM ANALYZE ix_jobs"] {
                try await db.sql("SELECT brin_summarize_new_values('ix_jobs_created')")
                try await db.sql(statistics)
                let busy = try await plan(
                    db, .list, "'{error}', '{busy}', NULL, NULL, NULL, NULL, \(window), NULL, NULL, NULL, NULL, NULL")
                #expect(busy.contains("ix_jobs_created") && !busy.contains("request_id_key"), "\(busy)")
                let rare = try await plan(
                    db, .listClients,
                    "'{error}', '{rare}', NULL, NULL, NULL, NULL, \(window), NULL, NULL, NULL, NULL, NULL")
                #expect(rare.contains("request_id_key") && !rare.contains("Seq Scan"), "\(rare)")
                let counted = try await plan(db, .countClients, "'{busy}', 5000")
                #expect(!counted.contains("Seq Scan"), "\(counted)")
            }
            let store = db.store()
            for (client, count) in [("busy", 50), ("rare", 7)] {
                let filter = JobFilter(statuses: [.error, .pending], clientID: client)
                let found = try await store.perform { try $0.list(filter, after: nil, limit: 50) }
                #expect(found.count == count && found.allSatisfy { $0.names.clientID == client })
            }
            await store.close()
        }
    }

    @Test func `jobs of a schedule with few are read by their keys, and of one with many by time`() async throws {
        try await filled { db in
            let session = db.session()
            for statement in [
                "SET session_replication_role = replica", "CREATE TABLE kept AS SELECT * FROM ix_jobs",
                "UPDATE kept SET client_id = 'schedule', request_id = 'busy@' || request_id, created_at = now() - interval '30 days' * random()",
                "UPDATE kept SET request_id = 'rare@' || request_id WHERE job_id IN (SELECT job_id FROM kept LIMIT 7)",
                "UPDATE kept SET request_id = split_part(request_id, '@', 1) || '@2026-03-04T' || job_id || 'Z'",
                "TRUNCATE ix_jobs", "INSERT INTO ix_jobs SELECT * FROM kept ORDER BY created_at",
            ] { try await session.sql(statement) }
            await session.close()
            for statistics in ["SELECT 1", "VACUUM ANALYZE ix_jobs"] {
                try await db.sql("SELECT brin_summarize_new_values('ix_jobs_created')")
                try await db.sql(statistics)
                let rare = try await plan(
                    db, .listFires, "'{error}', \(Self.head), NULL, NULL, '{rare}'")
                #expect(rare.contains("request_id_key") && !rare.contains("Seq Scan on ix_jobs"), "\(rare)")
                let counted = try await plan(db, .countFires, "'{busy}', 5000")
                #expect(counted.contains("request_id_key") && !counted.contains("Seq Scan on ix_jobs"), "\(counted)")
            }
            let store = db.store()
            for (name, count) in [("busy", 50), ("rare", 7), ("rar", 0)] {
                var filter = JobFilter(statuses: [.error, .pending])
                filter.schedules = [name]
                let wanted = filter
                let found = try await store.perform { try $0.list(wanted, after: nil, limit: 50) }
                #expect(found.count == count && found.allSatisfy { $0.names.requestID.hasPrefix(name + "@") })
            }
            await store.close()
        }
    }

    @Test func `a list of errors reads the errors alone, and a page of a job each`() async throws {
        try await filled { db in
            for filter in ["NULL, NULL, NULL", "'{extract}', '{acme}', '{nightly}'"] {
                let plan = try await plan(db, .listErrors, "'{error}', \(Self.head), \(filter)")
                #expect(plan.contains("ix_errors_pkey") && plan.contains("ix_jobs_pkey"), "\(plan)")
                #expect(!plan.contains("Seq Scan") && !plan.contains("Sort"), "\(plan)")
            }
        }
    }

    @Test func `with the operator's index a page of ended jobs reads a page`() async throws {
        try await filled { db in
            try await db.sql("CREATE INDEX by_age ON ix_jobs (created_at, job_id)")
            let first = try await plan(db, .list, "'{done,error}', \(Self.start)")
            #expect(first.contains("Index Scan Backward using by_age") && !first.contains("Seq Scan"), "\(first)")
        }
    }
}
