import FoundationEssentials
import IXCore
import IXPostgres
import IXStore
import IXTestSupport
import Testing

/// A batch of a prune reads a few pages and never waits for a lock, under every plan of the server.
@Suite(.needsPostgres, .timeLimit(.minutes(3))) struct PruneTests {
    private static let all = Retention(done: .zero, error: .zero)

    @Test(arguments: [0, 30_000], ["force_generic_plan", "force_custom_plan"])
    func `jobs are found by a range of row addresses`(_ analyzed: Int, _ mode: String) async throws {
        try await TestDatabase.with { db in
            if analyzed == 0 { try await db.sql("ANALYZE ix_jobs") }
            try await db.end(30_000)
            if analyzed > 0 { try await db.sql("ANALYZE ix_jobs") }
            let plan = try await db.prunePlan(mode)
            #expect(plan.contains("Tid Range Scan on ix_jobs") && !plan.contains("Seq Scan"), "\(plan)")
        }
    }

    @Test func `a batch touches no more than its pages, with nothing to delete and with a full batch`() async throws {
        try await TestDatabase.with { db in
            try await db.end(60_000)
            let pages = Int(try await db.sql("SELECT pg_relation_size('ix_jobs') / 8192")[0][0]!)!
            // What a first call reads of the server's own catalogues is not meant.
            try await db.sql("SELECT * FROM ix_prune(0, 1, 0, 0, 1)")
            let idle = try await db.buffers("SELECT * FROM ix_prune(0, 256, 86400 * 99, 86400 * 99, 500)")
            #expect(pages > 2_000 && idle < 400, "\(idle) of \(pages)")
            let full = try await db.buffers("SELECT * FROM ix_prune(0, 256, 0, 0, 10)")
            #expect(full < 800, "\(full)")
        }
    }

    @Test func `a walk finds all of them under every forced plan`() async throws {
        try await TestDatabase.with { db in
            for plan in BadPlan.all {
                try await db.end(700)
                let store = try db.store(settings: plan)
                let count = try await store.walk(Self.all, limit: 300)
                #expect(count == 700, "\(plan)")
                await store.close()
            }
        }
    }

    @Test func `a row that somebody holds is passed over, and found by the next walk`() async throws {
        try await TestDatabase.with { db in
            try await db.end(20)
            let holder = db.session()
            try await holder.sql("BEGIN")
            try await holder.sql("SELECT 1 FROM ix_jobs LIMIT 7 FOR UPDATE")
            let store = db.store()
            let start = ContinuousClock.now
            let first = try await store.walk(Self.all)
            #expect(first == 13 && ContinuousClock.now - start < .seconds(5))
            try await holder.sql("ROLLBACK")
            let second = try await store.walk(Self.all)
            #expect(second == 7)
            await holder.close()
            await store.close()
        }
    }

    @Test func `a callback that becomes due meanwhile keeps its job`() async throws {
        try await TestDatabase.with { db in
            try await db.end(1)
            try await db.sql("UPDATE ix_callbacks SET state = 'failed'")
            try await db.sql(
                "INSERT INTO ix_callbacks (job_id, client_id, url, status, state) "
                    + "SELECT job_id, client_id, 'http://a/', status, 'failed' FROM ix_jobs ON CONFLICT DO NOTHING")
            try await db.sql("ALTER TABLE ix_jobs DISABLE TRIGGER USER; UPDATE ix_jobs SET callback_url = 'http://a/'")
            let caller = db.session()
            try await caller.sql("BEGIN")
            let said = try await caller.sql("SELECT ix_redeliver(job_id) FROM ix_jobs")
            let store = db.store()
            let during = try await store.walk(Self.all)
            try await caller.sql("COMMIT")
            let after = try await store.walk(Self.all)
            #expect(said == [["due"]] && during == 0 && after == 0)
            await caller.close()
            await store.close()
        }
    }

    @Test func `a job without a time of its end stays`() async throws {
        try await TestDatabase.with { db in
            try await db.end(1, finishedAt: "NULL")
            let store = db.store()
            let count = try await store.walk(Self.all)
            #expect(count == 0)
            await store.close()
        }
    }

    @Test func `the last pages are walked, too, and the walk ends behind them`() async throws {
        try await TestDatabase.with { db in
            try await db.end(40_000)
            let store = db.store()
            let count = try await store.walk(Retention(done: .zero), limit: 10_000)
            let next = try await db.sql("SELECT next_page FROM ix_prune(1000000, 256, 0, 0, 10)")
            #expect(count == 40_000 && next == [[nil]])
            await store.close()
        }
    }
}

extension JobStore {
    /// How many a whole walk deleted.
    fileprivate func walk(_ retention: Retention, limit: Int = 500) async throws -> Int {
        var (count, cursor): (Int, PruneCursor?) = (0, nil)
        repeat {
            let from = cursor
            let batch = try await perform { try $0.prune(retention, from: from, limit: limit) }
            count += batch.count.total
            cursor = batch.next
        } while cursor != nil
        return count
    }
}

extension TestDatabase {
    /// Jobs that are done.
    fileprivate func end(_ jobs: Int, finishedAt: String = "now() - interval '30 days'") async throws {
        try await sql(
            """
            INSERT INTO ix_jobs (job_id, ix_id, client_id, request_id, request, use_case, status, response, finished_at)
            SELECT gen_random_uuid(), 'fedcba9876543210', 'client', gen_random_uuid(),
                   jsonb_build_object('use_case', 'extract', 'text', repeat('x', 200)), 'extract', 'done', '{"error":null}',
                   \(finishedAt)
              FROM generate_series(1, \(jobs))
            """)
    }

    /// Of the function's own statement that finds them.
    fileprivate func prunePlan(_ mode: String) async throws -> String {
        let found = try await sql(
            """
            SELECT substring(prosrc FROM 'SELECT j.job_id, j.ctid.*?SKIP LOCKED') FROM pg_proc WHERE proname = 'ix_prune'
            """)
        let statement = try #require(found[0][0])
            .replacing("ctid >= low", with: "ctid >= $1").replacing("ctid < high", with: "ctid < $2")
            .replacing("<= ripe", with: "<= $7")
        let settings = try await sql("SELECT unnest(proconfig) FROM pg_proc WHERE proname = 'ix_prune'")
        #expect(settings.contains(["enable_seqscan=off"]))
        try await sql(
            """
            SET plan_cache_mode = \(mode); SET enable_seqscan = off;
            PREPARE batch (tid, tid, double precision, double precision, integer, boolean, timestamptz) AS \(statement)
            """)
        return try await sql("EXPLAIN EXECUTE batch ('(0,0)', '(256,0)', 0, 0, 500, true, now())").map { $0[0] ?? "" }
            .joined(separator: "\n")
    }

    /// Pages that a statement touched, all that it calls included.
    fileprivate func buffers(_ statement: String) async throws -> Int {
        let plan = try await sql("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) \(statement)")[0][0] ?? ""
        let document = try JSONDocument(response: #"{"plan":\#(plan)}"#)
        let node = try #require(document["plan"]?.elements?.first?.object?["Plan"]?.object)
        return ["Shared Hit Blocks", "Shared Read Blocks"].reduce(0) { $0 + (node[$1].flatMap { Int($0.text) } ?? 0) }
    }
}
