import IXTestSupport
import Testing

/// Batches under ended connections: producers, workers of both kinds, passes, cancels and prunes, each of which may be cut off at any
/// moment.
@Suite(.needsPostgres, .timeLimit(.minutes(4))) struct BatchStormTests {
    private static let tables = """
        CREATE TABLE made (batch_id uuid, rule text, is_open boolean);
        CREATE TABLE joined (batch_id uuid, job_id uuid);
        """

    /// Makes a batch with members in the same transaction.
    private static let batch = """
        BEGIN;
        INSERT INTO made
        SELECT b.batch_id, r.rule, r.is_open
          FROM (SELECT (ARRAY['run', 'fail', 'cancel_rest'])[1 + floor(random() * 3)::integer] AS rule, random() < 0.5 AS is_open OFFSET 0) AS r,
               ix_batch('{"use_case":"u","ix_client_id":"c"}', request_id => gen_random_uuid()::text, batch_on_failure => r.rule,
                        open => r.is_open) AS b
        RETURNING set_config('x.batch', batch_id::text, false);
        INSERT INTO joined
        SELECT current_setting('x.batch')::uuid, e.job_id FROM generate_series(1, 5) AS g,
               ix_enqueue('{"use_case":"u","ix_client_id":"c"}', request_id => gen_random_uuid()::text,
                          batch_id => current_setting('x.batch')::uuid) AS e;
        COMMIT
        """

    /// Adds a member to a batch that may have ended meanwhile, or closes one, or cancels one.
    private static let later = """
        WITH one AS MATERIALIZED (SELECT b.batch_id FROM ix_batches b WHERE b.cancelled_at IS NULL ORDER BY random() LIMIT 1)
        INSERT INTO joined
        SELECT one.batch_id, e.job_id FROM one,
               ix_enqueue('{"use_case":"u","ix_client_id":"c"}', request_id => gen_random_uuid()::text, batch_id => one.batch_id) AS e
        """
    private static let close =
        "SELECT ix_close_batch(b.batch_id) FROM (SELECT batch_id FROM made ORDER BY random() LIMIT 1) AS b"
    private static let cancel = """
        SELECT ix_cancel_batch(b.batch_id) FROM (SELECT batch_id FROM made ORDER BY random() LIMIT 1) AS b;
        SELECT pg_sleep(0.05)
        """
    private static let prune = "SELECT ix_prune(0, 1000000, 1, 1, 100); SELECT pg_sleep(0.02)"

    @Test func `no finisher starts early, twice or never while connections are cut off`() async throws {
        try await TestDatabase.with { db in
            try await db.sql(ConnectionStorm.history + Self.tables)
            let storm = ConnectionStorm(db: db)
            let lives = ConnectionStorm.lives(failing: 0.1, setting: ", finished_at = now()")
            let cuts = try await storm.run(
                [
                    Self.batch, Self.later, Self.close, Self.cancel, Self.prune, "SELECT ix_release(50)",
                    "SELECT ix_release(500)",
                ] + lives + lives)
            #expect(cuts > 50)
            try await db.sql("SELECT ix_close_batch(batch_id) FROM ix_batches")
            try await storm.drain()
            try await Self.check(db)
        }
    }

    private static func check(_ db: TestDatabase) async throws {
        let early = """
            SELECT count(*) FROM joined w JOIN history s ON s.job_id = w.batch_id AND s.status = 'running'
             WHERE NOT EXISTS (SELECT 1 FROM history e WHERE e.job_id = w.job_id AND e.status IN ('done', 'error') AND e.id < s.id)
            """
        #expect(try await db.sql(early) == [["0"]], "started before the end of a member")
        let twice = """
            SELECT count(*) FROM (SELECT h.job_id FROM history h JOIN made m ON m.batch_id = h.job_id
                                   WHERE h.status IN ('done', 'error') GROUP BY 1 HAVING count(*) > 1) AS t
            """
        #expect(try await db.sql(twice) == [["0"]], "ended twice")
        let never = """
            SELECT count(*) FROM made m WHERE NOT EXISTS (SELECT 1 FROM history h WHERE h.job_id = m.batch_id AND h.status IN ('done', 'error'))
            """
        #expect(try await db.sql(never) == [["0"]], "never ended")
        let counts = try await db.sql(
            """
            SELECT (SELECT count(*) > 50 FROM made), (SELECT count(*) FROM ix_dependencies), (SELECT count(*) FROM ix_batches),
                   (SELECT count(*) FROM ix_members m WHERE NOT EXISTS (SELECT 1 FROM ix_jobs j WHERE j.job_id = m.job_id))
            """)
        #expect(counts == [["t", "0", "0", "0"]])
    }
}
