import IXTestSupport
import Testing

/// Statements that repeat side by side, each on a connection of its own that may be cut off at any moment.
struct ConnectionStorm {
    let db: TestDatabase
    private static let seconds = Duration.seconds(12)

    /// A table that notes each start and each end of a job, in the transaction that makes it.
    static let history = """
        CREATE TABLE history (id bigserial PRIMARY KEY, job_id uuid, status text);
        CREATE FUNCTION note_history() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO history (job_id, status) VALUES (NEW.job_id, NEW.status);
            RETURN NULL;
        END $$;
        CREATE TRIGGER note_history AFTER UPDATE OF status ON ix_jobs FOR EACH ROW WHEN (NEW.status <> OLD.status)
            EXECUTE FUNCTION note_history();
        """

    private static let pick = """
        SELECT j.job_id FROM ix_jobs j WHERE j.due_at <= now() AND j.status = 'pending' ORDER BY random() LIMIT 1 FOR UPDATE SKIP LOCKED
        """

    /// A legacy worker's life of a job, which fails at the given share, and a daemon's: a claim, and an end with its effects.
    /// `setting` is what the legacy worker writes with the end besides.
    static func lives(failing share: Double, setting: String = "") -> [String] {
        [
            """
            BEGIN;
            UPDATE ix_jobs SET status = 'running', started_at = now() WHERE job_id = (\(pick)) RETURNING set_config('x.job', job_id::text, false);
            COMMIT;
            UPDATE ix_jobs SET status = CASE WHEN random() < \(share) THEN 'error' ELSE 'done' END, response = '{}'\(setting)
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
    }

    /// Repeats each text for some seconds while connections are ended at random; returns the number of ended ones.
    func run(_ texts: [String]) async throws -> Int {
        let end = ContinuousClock.now + Self.seconds
        return try await withThrowingTaskGroup(of: Int.self) { group in
            for text in texts { group.addTask { await repeated(text, until: end) } }
            group.addTask { try await cut(until: end) }
            return try await group.reduce(0, +)
        }
    }

    /// Repeats the statements, each time with the connection that is left, or with a new one.
    private func repeated(_ text: String, until end: ContinuousClock.Instant) async -> Int {
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
    private func cut(until end: ContinuousClock.Instant) async throws -> Int {
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
    func drain() async throws {
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
}
