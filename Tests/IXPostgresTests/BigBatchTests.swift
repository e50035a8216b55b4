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
