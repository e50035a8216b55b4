import IXTestSupport
import Testing

/// Dependent jobs under ended connections: workers of both kinds, passes and producers, each of which may be cut off at any moment.
@Suite(.needsPostgres, .timeLimit(.minutes(4))) struct DependencyStormTests {
    private static let wanted = "CREATE TABLE wanted (job_id uuid, after_job uuid, on_failure text);"

    /// Inserts a layer: ten jobs, and ten that wait for three of them.
    private static let layer = """
        WITH parents AS MATERIALIZED (
            SELECT array_agg(e.job_id) AS ids FROM generate_series(1, 10) AS g,
                   ix_enqueue('{"use_case":"u","ix_client_id":"c"}', request_id => gen_random_uuid()::text, max_attempts => 0) AS e),
        children AS MATERIALIZED (
            SELECT e.job_id, k.after, k.rule
              FROM (SELECT ARRAY[ids[1 + g % 10], ids[1 + (g * 3) % 10], ids[1 + (g * 7 + 1) % 10]] AS after,
                           CASE WHEN g % 3 = 0 THEN 'fail' ELSE 'run' END AS rule
                      FROM parents, generate_series(1, 10) AS g) AS k,
                   ix_enqueue('{"use_case":"u","ix_client_id":"c"}', request_id => gen_random_uuid()::text, after => k.after,
                              on_failure => k.rule) AS e)
        INSERT INTO wanted SELECT c.job_id, u.id, c.rule FROM children c, unnest(c.after) AS u (id)
        """

    @Test func `no dependent job starts early, twice or never while connections are cut off`() async throws {
        try await TestDatabase.with { db in
            try await db.sql(ConnectionStorm.history + Self.wanted)
            let storm = ConnectionStorm(db: db)
            let lives = ConnectionStorm.lives(failing: 0.2)
            let cuts = try await storm.run(
                [Self.layer, "SELECT ix_release(50)", "SELECT ix_release(500)"] + lives + lives)
            try await storm.drain()
            #expect(cuts > 50)
            try await Self.check(db)
        }
    }

    private static func check(_ db: TestDatabase) async throws {
        let early = """
            SELECT count(*) FROM wanted w JOIN history s ON s.job_id = w.job_id AND s.status = 'running'
             WHERE NOT EXISTS (SELECT 1 FROM history e WHERE e.job_id = w.after_job AND e.status IN ('done', 'error') AND e.id < s.id)
            """
        #expect(try await db.sql(early) == [["0"]], "started before the end of a parent")
        let failed = """
            SELECT count(*) FROM wanted w JOIN ix_jobs p ON p.job_id = w.after_job JOIN history s ON s.job_id = w.job_id
             WHERE w.on_failure = 'fail' AND p.status = 'error' AND s.status = 'running'
            """
        #expect(try await db.sql(failed) == [["0"]], "started behind a failed parent")
        let needless = """
            SELECT count(*) FROM ix_jobs j WHERE j.response -> 'error' ->> 'code' = 'dependency_failed'
               AND NOT EXISTS (SELECT 1 FROM wanted w JOIN ix_jobs p ON p.job_id = w.after_job
                                WHERE w.job_id = j.job_id AND w.on_failure = 'fail' AND p.status = 'error')
            """
        #expect(try await db.sql(needless) == [["0"]], "failed without a failed parent")
        let counts = try await db.sql(
            """
            SELECT count(*) > 100, bool_and(status IN ('done', 'error')), bool_and(waits IS NULL),
                   (SELECT count(*) FROM ix_dependencies) FROM ix_jobs
            """)
        #expect(counts == [["t", "t", "t", "0"]])
    }
}
