import FoundationEssentials
import IXCore
import IXPostgres
import IXStore
import IXTestSupport
import Testing

/// The guards in the database: nothing illegal gets past them, nothing of ours runs into them.
@Suite(.needsPostgres, .timeLimit(.minutes(3))) struct GuardTests {
    @Test func `nothing in a whole life of ours is for the guard to refuse`() async throws {
        // Counting calls is a superuser's setting.
        let server = try await PrivateCluster.shared.url
        try await TestDatabase.with(on: server) { db in
            let store = try db.store(settings: "-c track_functions=all")
            try await store.liveEveryLife()
            await store.close()
            let ours = "pg_stat_user_functions WHERE funcname = 'ix_hand_back'"
            let isCounted = try await eventually { try await db.count(ours) == 1 }
            #expect(isCounted)
            let entered = try await db.sql(
                "SELECT calls FROM pg_stat_user_functions WHERE funcname = 'ix_refuse_update'")
            #expect(entered.isEmpty)
            try await db.expectRefused([])
            let ends = try await db.sql("SELECT status, count(*) FROM ix_jobs GROUP BY status ORDER BY status")
            #expect(ends == [["done", "1"], ["error", "3"], ["pending", "1"]])
        }
    }

    @Test func `the guard's count shows when it refuses`() async throws {
        let server = try await PrivateCluster.shared.url
        try await TestDatabase.with(on: server) { db in
            try await db.fill(jobs: 1)
            let foreign = SQLSession(try db.address.url(["options": "-c track_functions=all"]))
            try await foreign.sql("UPDATE ix_jobs SET status = 'done'")
            await foreign.close()
            let isCounted = try await eventually {
                try await db.count("pg_stat_user_functions WHERE funcname = 'ix_refuse_update'") == 1
            }
            #expect(isCounted)
            try await db.expectRefused(["edge"])
        }
    }

    @Test func `20,000 random updates never take an illegal edge`() async throws {
        try await TestDatabase.with { db in
            try await db.sql(RandomWrites.audit)
            try await db.fill(jobs: 40)
            try await db.sql(RandomWrites.updates(20_000))
            let broken = try await db.sql("SELECT DISTINCT old_status, new_status, what FROM broken")
            #expect(broken.isEmpty)
            let taken = try await db.sql("SELECT DISTINCT old_status || '>' || new_status FROM taken ORDER BY 1")
            #expect(
                taken.map { $0[0] } == [
                    "done>done", "error>error", "pending>error", "pending>pending", "pending>running", "running>done",
                    "running>error", "running>pending", "running>running",
                ])
            let refused = try await db.sql("SELECT DISTINCT rule FROM ix_refused_writes ORDER BY rule")
            #expect(refused == [["claim"], ["edge"], ["lease"], ["terminal"]])
        }
    }

    @Test func `a refused write names the rule, the edge and who sent it`() async throws {
        try await TestDatabase.with { db in
            try await db.fill(jobs: 1)
            let foreign = SQLSession(try db.address.url(["application_name": "old-service"]))
            try await foreign.sql("UPDATE ix_jobs SET status = 'done'")
            let noted = try await db.sql("SELECT rule, old_status, new_status, application FROM ix_refused_writes")
            #expect(noted == [["edge", "pending", "done", "old-service"]])
        }
    }

    @Test func `the terminal row of a job may still be deleted`() async throws {
        try await TestDatabase.with { db in
            try await db.fill(jobs: 1)
            try await db.sql("UPDATE ix_jobs SET status = 'error', response = '{}', finished_at = now()")
            try await db.sql("DELETE FROM ix_jobs")
            let left = try await db.count("ix_jobs")
            #expect(left == 0)
        }
    }
}

extension JobStore {
    /// Every transition that ix-worker makes, at least once.
    fileprivate func liveEveryLife() async throws {
        try await insert("done")
        let done = try await claimed()
        _ = try await end(done.attempt, .success(), note: AttemptNote(outcome: "done", exitStatus: nil, logTail: "x"))
        _ = try await perform { try $0.updateCallbackStatus(done.attempt.jobID, .failed) }
        _ = try await perform { try $0.updateCallbackStatus(done.attempt.jobID, .delivered) }
        try await exhaust(after: done.daemon)
        try await beLost()
        // A suspect keeps its place in the queue: this one goes behind the next job.
        _ = try await end(claimed().attempt, .back(pause: .seconds(600)))
        try await insert("swept-out", maxAttempts: 1)
        try await die(claimed().daemon)
        let swept = try await sweep()
        #expect(swept.map(\.status) == [.error])
    }

    /// An end with the next claim in one transaction, then starts until none is left.
    private func exhaust(after daemon: UUID) async throws {
        try await insert("error")
        let error = try await claimed().attempt
        try await insert("exhausted")
        let (_, next) = try await perform {
            try $0.completeAndClaim(Completion(error, .failure), Claim(daemonID: daemon))
        }
        var attempt = try #require(next).attempt
        while case .handedBack = try await end(attempt, .back()) { attempt = try await claimed().attempt }
    }

    /// Makes a claim without a running worker, a late end of the claim, and a crash.
    private func beLost() async throws {
        try await insert("lost")
        let (lost, daemon) = try await claimed()
        _ = try await perform { try $0.handBackLostClaims(daemon, running: [], older: .zero) }
        let late = try await end(lost, .success())
        try await die(claimed().daemon)
        let swept = try await sweep()
        #expect(late == .fenced && swept.map(\.status) == [.pending])
    }
}

/// Updates that no code of ours would send, and the record of those that got through.
private enum RandomWrites {
    static let audit = """
        CREATE TABLE taken (old_status text, new_status text);
        CREATE TABLE broken (old_status text, new_status text, what text);
        CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO taken VALUES (OLD.status, NEW.status);
            IF OLD.status <> NEW.status AND (OLD.status, NEW.status) NOT IN (('pending', 'running'), ('pending', 'error'),
               ('running', 'pending'), ('running', 'done'), ('running', 'error')) THEN
                INSERT INTO broken VALUES (OLD.status, NEW.status, 'edge');
            ELSIF OLD.status IN ('done', 'error')
              AND to_jsonb(OLD) - 'callback_status' <> to_jsonb(NEW) - 'callback_status' THEN
                INSERT INTO broken VALUES (OLD.status, NEW.status, 'terminal');
            ELSIF NEW.status IN ('done', 'error') AND OLD.status = 'running' AND NEW.claim_id IS NOT NULL
              AND NEW.finished_claim IS DISTINCT FROM NEW.claim_id THEN
                INSERT INTO broken VALUES (OLD.status, NEW.status, 'claim');
            ELSIF OLD.status = 'running' AND NEW.status = 'pending' AND (NEW.claim_id IS NOT NULL) THEN
                INSERT INTO broken VALUES (OLD.status, NEW.status, 'claim kept');
            ELSIF OLD.status IN ('done', 'error') AND OLD.callback_status = 'delivered'
              AND NEW.callback_status IS DISTINCT FROM 'delivered' THEN
                INSERT INTO broken VALUES (OLD.status, NEW.status, 'callback');
            END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER audit AFTER UPDATE ON ix_jobs FOR EACH ROW EXECUTE FUNCTION audit();
        INSERT INTO ix_daemons (daemon_id, instance, host, pid, version, lease_until)
        SELECT md5(n::text)::uuid, 'w', 'h', n, '0', now() + (n - 2) * interval '1 hour' FROM generate_series(1, 3) AS n
        """

    /// Rows that end are replaced, so that every edge is tried until the end.
    static func updates(_ count: Int) -> String {
        """
        DO $$
        DECLARE
            statuses text[] := ARRAY['pending', 'running', 'done', 'error', 'running', 'pending'];
            rows uuid[] := ARRAY(SELECT job_id FROM ix_jobs);
            slot int;
            pick uuid;
            claim uuid;
        BEGIN
            PERFORM setseed(0.42);
            FOR i IN 1..\(count) LOOP
                slot := 1 + floor(random() * 40);
                pick := rows[slot];
                claim := CASE WHEN random() < 0.3 THEN md5((i % 3)::text)::uuid END;
                IF random() < 0.5 THEN
                    UPDATE ix_jobs SET status = statuses[1 + floor(random() * 6)] WHERE job_id = pick;
                ELSE
                    UPDATE ix_jobs SET status = statuses[1 + floor(random() * 6)], claim_id = claim,
                           finished_claim = CASE WHEN random() < 0.3 THEN claim END,
                           daemon_id = CASE WHEN random() < 0.6 THEN md5((1 + i % 3)::text)::uuid END,
                           attempts = floor(random() * 5), response = to_jsonb(floor(random() * 2)),
                           callback_status = (ARRAY[NULL, 'delivered', 'failed'])[1 + floor(random() * 3)]
                     WHERE job_id = pick;
                END IF;
                IF i % 4 = 0 THEN
                    UPDATE ix_jobs SET callback_status = (ARRAY['delivered', 'failed'])[1 + i % 2] WHERE job_id = pick;
                END IF;
                IF i % 20 = 0 THEN
                    DELETE FROM ix_jobs WHERE job_id = pick;
                    rows[slot] := gen_random_uuid();
                    INSERT INTO ix_jobs (job_id, ix_id, client_id, request_id, request)
                    VALUES (rows[slot], 'x', 'c', i::text, '{}');
                    COMMIT;
                END IF;
            END LOOP;
        END $$
        """
    }
}
