import IXTestSupport
import Testing

/// Batches under ended connections: producers, workers of both kinds, passes, cancels and prunes, each of which may be cut off at any
/// moment.
@Suite(.needsPostgres, .timeLimit(.minutes(4))) struct BatchStormTests {
    private static let seconds = Duration.seconds(12)

    private static let history = """
        CREATE TABLE history (id bigserial PRIMARY KEY, job_id uuid, status text);
        CREATE FUNCTION note_history() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO history (job_id, status) VALUES (NEW.job_id, NEW.status);
            RETURN NULL;
        END $$;
        CREATE TRIGGER note_history AFTER UPDATE OF status ON ix_jobs FOR EACH ROW WHEN (NEW.status <> OLD.status)
            EXECUTE FUNCTION note_history();
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

    private static let pick = """
        SELECT j.job_id FROM ix_jobs j WHERE j.due_at <= now() AND j.status = 'pending' ORDER BY random() LIMIT 1 FOR UPDATE SKIP LOCKED
        """

    /// A legacy worker's life of a job, and a daemon's: a claim, and an end with its effects.
    private static let lives = [
        """
        BEGIN;
        UPDATE ix_jobs SET status = 'running', started_at = now() WHERE job_id = (\(pick)) RETURNING set_config('x.job', job_id::text, false);
        COMMIT;
        UPDATE ix_jobs SET status = CASE WHEN random() < 0.1 THEN 'error' ELSE 'done' END, response = '{}', finished_at = now()
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

    @Test func `no finisher starts early, twice or never while connections are cut off`() async throws {
        try await TestDatabase.with { db in
            try await db.sql(Self.history)
            let end = ContinuousClock.now + Self.seconds
            let cuts = try await withThrowingTaskGroup(of: Int.self) { group in
                let texts = [
                    Self.batch, Self.later, Self.close, Self.cancel, Self.prune, "SELECT ix_release(50)",
                    "SELECT ix_release(500)",
                ]
                for text in texts + Self.lives + Self.lives {
                    group.addTask { await Self.repeated(text, db, until: end) }
                }
                group.addTask { try await Self.cut(db, until: end) }
                return try await group.reduce(0, +)
            }
            #expect(cuts > 50)
            try await Self.drain(db)
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

    /// Ends what is left: jobs of cut workers go back, open batches are closed, then all run.
    private static func drain(_ db: TestDatabase) async throws {
        try await db.sql(
            "UPDATE ix_jobs SET status = 'pending' WHERE status = 'running'; SELECT ix_close_batch(batch_id) FROM ix_batches"
        )
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
