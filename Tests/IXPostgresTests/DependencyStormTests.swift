import IXTestSupport
import Testing

/// Dependent jobs under ended connections: workers of both kinds, passes and producers, each of which may be cut off at any moment.
@Suite(.needsPostgres, .timeLimit(.minutes(4))) struct DependencyStormTests {
    private static let seconds = Duration.seconds(12)

    /// Notes each start and each end, in the transaction that makes it.
    private static let history = """
        CREATE TABLE history (id bigserial PRIMARY KEY, job_id uuid, status text, waits boolean);
        CREATE FUNCTION note_history() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO history (job_id, status, waits) VALUES (NEW.job_id, NEW.status, OLD.waits);
            RETURN NULL;
        END $$;
        CREATE TRIGGER note_history AFTER UPDATE OF status ON ix_jobs FOR EACH ROW WHEN (NEW.status <> OLD.status)
            EXECUTE FUNCTION note_history();
        CREATE TABLE wanted (job_id uuid, after_job uuid, on_failure text);
        """

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

    private static let pick = """
        SELECT j.job_id FROM ix_jobs j WHERE j.due_at <= now() AND j.status = 'pending' ORDER BY random() LIMIT 1 FOR UPDATE SKIP LOCKED
        """

    /// A legacy worker's life of a job, and a daemon's: a claim, and an end with its effects.
    private static let lives = [
        """
        BEGIN;
        UPDATE ix_jobs SET status = 'running', started_at = now() WHERE job_id = (\(pick)) RETURNING set_config('x.job', job_id::text, false);
        COMMIT;
        UPDATE ix_jobs SET status = CASE WHEN random() < 0.2 THEN 'error' ELSE 'done' END, response = '{}'
         WHERE job_id = nullif(current_setting('x.job', true), '')::uuid AND status = 'running';
        SELECT set_config('x.job', '', false)
        """,
        """
        BEGIN;
        UPDATE ix_jobs SET status = 'running', started_at = now(), claim_id = gen_random_uuid(), daemon_id = gen_random_uuid(), due_at = NULL
         WHERE job_id = (\(pick)) RETURNING set_config('x.job', job_id::text, false);
        INSERT INTO ix_running (daemon_id, job_ids)
        SELECT daemon_id, ARRAY[job_id] FROM ix_jobs WHERE job_id = nullif(current_setting('x.job', true), '')::uuid;
        COMMIT;
        BEGIN;
        UPDATE ix_jobs SET status = 'done', response = '{"error": null}', finished_at = now(), finished_claim = claim_id
         WHERE job_id = nullif(current_setting('x.job', true), '')::uuid AND status = 'running';
        SELECT count(*) FROM ix_after_end(ARRAY[nullif(current_setting('x.job', true), '')::uuid], false);
        COMMIT;
        SELECT set_config('x.job', '', false)
        """,
    ]

    @Test func `no dependent job starts early, twice or never while connections are cut off`() async throws {
        try await TestDatabase.with { db in
            try await db.sql(Self.history)
            let end = ContinuousClock.now + Self.seconds
            let cuts = try await withThrowingTaskGroup(of: Int.self) { group in
                for text in [Self.layer, "SELECT ix_release(50)", "SELECT ix_release(500)"] + Self.lives + Self.lives {
                    group.addTask { await Self.repeated(text, db, until: end) }
                }
                group.addTask { try await Self.cut(db, until: end) }
                return try await group.reduce(0, +)
            }
            try await Self.drain(db)
            #expect(cuts > 50)
            try await Self.check(db)
        }
    }

    /// Repeats the statements, each time with the connection that is left, or with a new one.
    private static func repeated(_ text: String, _ db: TestDatabase, until end: ContinuousClock.Instant) async -> Int {
        var session = db.session()
        while ContinuousClock.now < end {
            do { try await session.sql(text) } catch {
                await session.close()
                session = db.session()
            }
        }
        await session.close()
        return 0
    }

    /// Ends connections at random; returns their number.
    private static func cut(_ db: TestDatabase, until end: ContinuousClock.Instant) async throws -> Int {
        var cuts = 0
        while ContinuousClock.now < end {
            cuts += try await db.sql(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1
                """
            ).count
            try await Task.sleep(for: .milliseconds(20))
        }
        return cuts
    }

    /// Ends what is left: jobs of cut workers go back, then all run.
    private static func drain(_ db: TestDatabase) async throws {
        try await db.sql("UPDATE ix_jobs SET status = 'pending' WHERE status = 'running'")
        let isOver = try await eventually(within: .seconds(60)) {
            try await db.sql("SELECT ix_release(500)")
            try await db.sql(
                """
                UPDATE ix_jobs SET status = 'running' WHERE status = 'pending' AND due_at <= now();
                UPDATE ix_jobs SET status = 'done', response = '{}' WHERE status = 'running'
                """)
            let left =
                "SELECT (SELECT count(*) FROM ix_jobs WHERE status IN ('pending', 'running')) + (SELECT count(*) FROM ix_ended)"
            return try await db.sql(left) == [["0"]]
        }
        #expect(isOver)
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
