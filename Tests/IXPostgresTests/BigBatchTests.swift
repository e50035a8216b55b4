import IXStore
import IXTestSupport
import Testing

@testable import IXPostgres

/// What a pass, a cancel and a page cost in a batch of many members.
@Suite(.needsPostgres, .timeLimit(.minutes(2))) struct BigBatchTests {
    private static func names(_ key: String) -> String {
        "'{\"use_case\":\"u\",\"ix_client_id\":\"c\",\"request_id\":\"\(key)\"}'"
    }
    /// Rows that the transaction has read by indexes so far.
    private static let reads =
        "SELECT (pg_stat_get_xact_tuples_fetched('ix_jobs'::regclass) + pg_stat_get_xact_tuples_fetched('ix_dependencies'::regclass) + pg_stat_get_xact_tuples_fetched('ix_members'::regclass))::text"

    /// A batch with so many members.
    private static func batch(_ db: TestDatabase, _ members: Int, onFailure: String = "run") async throws -> String {
        let batch = try #require(
            try await db.sql(
                "SELECT batch_id FROM ix_batch(\(names("f")), batch_on_failure => '\(onFailure)', open => true)")[0][0])
        let count = try await db.sql(
            """
            SELECT count(*) FROM ix_enqueue_batch((
                SELECT jsonb_agg(jsonb_build_object('batch_id', '\(batch)', 'request', jsonb_build_object(
                           'use_case', 'u', 'ix_client_id', 'c', 'request_id', n::text)))
                  FROM generate_series(1, \(members)) n)) AS m WHERE m.refusal IS NULL
            """)
        #expect(count == [["\(members)"]])
        try await db.sql("ANALYZE ix_jobs, ix_dependencies, ix_members")
        return batch
    }

    /// So many closed batches with so many members each, which wait. No trigger runs, so that the rows are there at once.
    private static func batches(_ db: TestDatabase, _ count: Int, members: Int, onFailure: String) async throws {
        try await db.sql(
            """
            SET session_replication_role = replica;
            INSERT INTO ix_jobs (job_id, ix_id, client_id, request_id, request, use_case, waits)
            SELECT gen_random_uuid(), 'i', 'c', 'f' || n, '{"use_case":"u"}', 'u', true FROM generate_series(1, \(count)) AS n;
            INSERT INTO ix_batches (batch_id, on_failure) SELECT job_id, '\(onFailure)' FROM ix_jobs;
            INSERT INTO ix_jobs (job_id, ix_id, client_id, request_id, request, use_case, batch_id, has_dependents)
            SELECT gen_random_uuid(), 'i', 'c', n || ' of ' || batch_id, '{"use_case":"u"}', 'u', batch_id, true
              FROM ix_batches, generate_series(1, \(members)) AS n;
            INSERT INTO ix_members (batch_id, job_id) SELECT batch_id, job_id FROM ix_jobs WHERE batch_id IS NOT NULL;
            INSERT INTO ix_dependencies (job_id, after_job, on_failure)
            SELECT batch_id, job_id, CASE '\(onFailure)' WHEN 'run' THEN 'run' ELSE 'fail' END FROM ix_members;
            SET session_replication_role = origin;
            ANALYZE ix_jobs, ix_dependencies, ix_members
            """)
    }

    /// Runs passes until no note is left; returns the most rows that a pass read.
    private static func drain(_ db: TestDatabase) async throws -> Int {
        var most = 0
        while try await db.sql("SELECT count(*) FROM ix_ended") != [["0"]] {
            most = max(most, try await cost(db, "SELECT ix_release(5000)"))
        }
        return most
    }

    private static let left =
        "SELECT (SELECT count(*) FROM ix_dependencies), (SELECT count(*) FROM ix_batches), (SELECT count(*) FROM ix_jobs WHERE waits AND status = 'pending')"

    /// Runs `statement` in a transaction; returns the rows that it read.
    private static func cost(_ db: TestDatabase, _ statement: String) async throws -> Int {
        let session = db.session()
        try await session.sql("BEGIN")
        try await session.sql(statement)
        let reads = try await session.sql(reads)
        try await session.sql("COMMIT")
        await session.close()
        return try #require(reads[0][0].flatMap { Int($0) })
    }

    @Test func `neither a member's end nor a note of the finisher reads the other members`() async throws {
        try await TestDatabase.with { db in
            let batch = try await Self.batch(db, 3000)
            try await db.sql("SELECT ix_release(500)")
            try await db.sql("SELECT ix_cancel(job_id) FROM ix_jobs WHERE request_id = '1500'")
            let end = try await Self.cost(db, "SELECT ix_release(500)")
            #expect(end < 100, "\(end)")
            #expect(
                try await db.sql("SELECT count(*) FROM ix_dependencies") == [["2999"]])
            try await db.sql("SELECT ix_close_batch('\(batch)')")
            let close = try await Self.cost(db, "SELECT ix_release(500)")
            #expect(close < 100, "\(close)")
        }
    }

    @Test func `a step of a cancel reads its members alone`() async throws {
        try await TestDatabase.with { db in
            let batch = try await Self.batch(db, 3000)
            try await db.sql(
                "UPDATE ix_jobs SET status = 'running', claim_id = gen_random_uuid(), due_at = NULL WHERE request_id IN ('1', '2')"
            )
            let first = try await Self.cost(db, "SELECT ix_cancel_batch('\(batch)')")
            #expect(first < 12_000, "\(first)")
            // The members that run stay, where the step has met them.
            #expect(try await db.sql("SELECT count(*) BETWEEN 2000 AND 2002 FROM ix_dependencies") == [["t"]])
            // The notes of the members, and that of the batch.
            for _ in 0..<20 { try await db.sql("SELECT ix_release(500)") }
            #expect(
                try await db.sql(
                    "SELECT count(*) FROM ix_jobs WHERE response -> 'error' ->> 'code' = 'cancelled' AND batch_id IS NOT NULL"
                ) == [["2998"]])
            #expect(
                try await db.sql("SELECT result, running FROM ix_batch_state('\(batch)')") == [["cancelling", "2"]])
            try await db.sql(
                """
                UPDATE ix_jobs SET status = 'error', response = '{}', finished_claim = claim_id WHERE request_id IN ('1', '2');
                SELECT ix_after_end(ARRAY(SELECT job_id FROM ix_jobs WHERE request_id IN ('1', '2')), false)
                """)
            for _ in 0..<3 { try await db.sql("SELECT ix_release(500)") }
            let over = try await db.sql("SELECT result, status FROM ix_batch_state('\(batch)')")
            #expect(over == [["ended", "error"]])
            #expect(
                try await db.sql(
                    "SELECT (SELECT count(*) FROM ix_dependencies), (SELECT count(*) FROM ix_batches), (SELECT count(*) FROM ix_ended)"
                ) == [["0", "0", "0"]])
        }
    }

    @Test func `a pass over many cancelled batches leaves most of them to later passes`() async throws {
        try await TestDatabase.with { db in
            try await Self.batches(db, 60, members: 1000, onFailure: "run")
            try await db.sql(
                "UPDATE ix_batches SET cancelled_at = now(); INSERT INTO ix_ended (job_id) SELECT batch_id FROM ix_batches"
            )
            try await db.sql("SELECT ix_release(500)")
            let cancelled = try await db.sql(
                "SELECT count(*) FILTER (WHERE status = 'error') BETWEEN 1000 AND 59000 FROM ix_jobs")
            #expect(cancelled == [["t"]])
            _ = try await Self.drain(db)  // ignored: a cancel reads more
            #expect(try await db.sql(Self.left) == [["0", "0", "0"]])
            let ended = try await db.sql(
                "SELECT count(*) FROM ix_jobs WHERE response -> 'error' ->> 'code' = 'cancelled'")
            #expect(ended == [["60060"]])
        }
    }

    @Test func `the end of a finisher clears its open members in steps`() async throws {
        try await TestDatabase.with { db in
            try await Self.batches(db, 2, members: 30_000, onFailure: "fail")
            // The members that fail are the last ones, so that a search among the members would read all before them.
            let failed = try await db.sql(
                "SELECT ix_cancel((SELECT m.job_id FROM ix_members m WHERE m.batch_id = b.batch_id ORDER BY m.job_id DESC LIMIT 1)) FROM ix_batches b"
            )
            #expect(failed.count == 2)
            #expect(try await db.sql("SELECT failed FROM ix_release(500)") == [["2"]])
            #expect(
                try await db.sql(
                    "SELECT count(*) FROM ix_jobs f JOIN ix_jobs p ON f.response -> 'error' ->> 'message' LIKE '%' || p.job_id || '%' AND p.batch_id = f.job_id WHERE f.request_id LIKE 'f%' AND p.status = 'error'"
                ) == [["2"]])
            let most = try await Self.drain(db)
            #expect(most < 30_000, "\(most)")
            #expect(try await db.sql(Self.left) == [["0", "0", "0"]])
        }
    }

    @Test func `a count of open members reads as many entries as it counts`() async throws {
        try await TestDatabase.with { db in
            try await Self.batches(db, 1, members: 20_000, onFailure: "run")
            // Beside many batches of 100 members a plan for any batch would fetch all entries by a bitmap.
            try await db.sql(
                """
                INSERT INTO ix_dependencies (job_id, after_job)
                SELECT b.id, gen_random_uuid()
                  FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, 300) OFFSET 0) AS b, generate_series(1, 100);
                ANALYZE ix_dependencies
                """)
            let session = db.session()
            try await session.sql("SET plan_cache_mode = force_generic_plan")
            for statement in [Statement.readLine, .listBatches] {
                try await session.sql("PREPARE counted AS \(statement.sql)")
                let arguments =
                    statement == .readLine
                    ? "'\(try await db.sql("SELECT batch_id FROM ix_batches")[0][0] ?? "")'"
                    : "NULL, '-infinity', '00000000-0000-0000-0000-000000000000', 10"
                try await session.sql("BEGIN; EXECUTE counted (\(arguments))")
                let entries = try await session.sql(
                    "SELECT pg_stat_get_xact_tuples_returned('ix_dependencies_pkey'::regclass)")
                #expect(try #require(entries[0][0].flatMap { Int($0) }) < 4000, "\(statement): \(entries)")
                try await session.sql("COMMIT; DEALLOCATE counted")
            }
            await session.close()
        }
    }

    @Test func `a pass that was planned from one batch finds batches and members by their keys`() async throws {
        try await TestDatabase.with { db in
            _ = try await Self.batch(db, 1)  // ignored: the first of many
            try await db.sql("ANALYZE ix_batches")
            let session = db.session()
            try await session.sql("SET plan_cache_mode = force_generic_plan; BEGIN; SELECT ix_release(500)")
            try await session.sql("SELECT ix_cancel_batch(batch_id) FROM ix_batches; SELECT ix_release(500)")
            let scans = try await session.sql(
                "SELECT pg_stat_get_xact_numscans('ix_batches_created'::regclass) + pg_stat_get_xact_numscans('ix_members_created'::regclass)"
            )
            #expect(scans == [["0"]])
            await session.close()
        }
    }

    @Test func `a page of members reads no more than the page`() async throws {
        try await TestDatabase.with { db in
            let batch = try await Self.batch(db, 3000)
            let session = db.session()
            try await session.sql("PREPARE page AS \(Statement.listMembers.sql)")
            try await session.sql("SET plan_cache_mode = force_generic_plan; BEGIN")
            let rows = try await session.sql(
                """
                EXECUTE page ('{pending}', NULL, NULL, NULL, NULL, NULL, 'infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 50, NULL,
                    NULL, NULL, NULL, NULL, NULL, NULL, NULL, '\(batch)')
                """)
            let reads = try await session.sql(Self.reads)
            await session.close()
            #expect(rows.count == 50)
            #expect(try #require(reads[0][0].flatMap { Int($0) }) < 400, "\(reads)")
        }
    }

    @Test func `a failed member whose batch another transaction held ends the finisher later`() async throws {
        try await TestDatabase.with { db in
            let batch = try await Self.batch(db, 3, onFailure: "fail")
            try await db.sql("SELECT ix_release(500)")
            let adding = db.session()
            try await adding.sql("BEGIN; SELECT ix_enqueue(\(Self.names("late")), batch_id => '\(batch)')")
            try await db.sql("SELECT ix_cancel(job_id) FROM ix_jobs WHERE request_id = '2'")
            #expect(try await db.sql("SELECT failed, more FROM ix_release(10)") == [["0", "f"]])
            try await adding.sql("COMMIT")
            #expect(try await db.sql("SELECT failed FROM ix_release(10)") == [["1"]])
            #expect(
                try await db.sql("SELECT result, status FROM ix_batch_state('\(batch)')") == [["ended", "error"]])
            await adding.close()
        }
    }
}
