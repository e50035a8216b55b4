import Glibc
import IXTestSupport
import Testing

/// Many workers' ends and claims in one transaction: no promise changes.
@Suite(.timeLimit(.minutes(4)))
struct ThroughputTests {
    private static let many = ["worker.count=40", "worker.batch=20"]

    @Test(.needsPostgres)
    func `in throughput mode every job ends once, by the claim that holds it, and its callback is due`() async throws {
        try await TestDatabase.with { database in
            try await database.fill(2_000, callbacks: 500)
            let daemon = try await TestDaemon.ready(database.url, set: Self.many)
            try await database.wait(until: "NOT EXISTS (SELECT 1 FROM ix_jobs WHERE status IN ('pending', 'running'))")
            #expect(try await daemon.terminate() == .code(0))
            let ends = try await database.sql(
                """
                SELECT count(*) FILTER (WHERE status = 'done' AND attempts = 0 AND finished_claim = claim_id
                                          AND response ->> 'request_id' = request_id),
                       count(DISTINCT finished_claim), (SELECT count(*) FROM ix_refused_writes) FROM ix_jobs
                """)
            #expect(ends == [["2000", "2000", "0"]])
            let told = try await database.sql(
                """
                SELECT count(*) FROM ix_jobs j WHERE callback_url IS NOT NULL AND (callback_status IS NOT NULL
                    OR EXISTS (SELECT 1 FROM ix_callbacks c WHERE c.job_id = j.job_id))
                """)
            #expect(told == [["500"]])
        }
    }

    @Test(.needsPostgres)
    func `in throughput mode a response that the store refuses spoils no other job`() async throws {
        try await TestDatabase.with { database in
            try await database.fill(300)
            // What jsonb can't hold, past every check of ours.
            try await database.sql(
                """
                CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                    IF NEW.status = 'done' AND NEW.request ->> 'seq' IN ('7', '70') THEN
                        RAISE EXCEPTION 'not this one' USING ERRCODE = '22P02';
                    END IF;
                    RETURN NEW;
                END $$;
                CREATE TRIGGER refuse BEFORE UPDATE ON ix_jobs FOR EACH ROW EXECUTE FUNCTION refuse()
                """)
            let daemon = try await TestDaemon.ready(database.url, set: Self.many)
            try await database.wait(until: "NOT EXISTS (SELECT 1 FROM ix_jobs WHERE status IN ('pending', 'running'))")
            #expect(try await daemon.terminate() == .code(0))
            let ends = try await database.sql(
                "SELECT coalesce(response -> 'error' ->> 'code', status), count(*) FROM ix_jobs GROUP BY 1 ORDER BY 1")
            #expect(ends == [["done", "298"], ["unstorable_response", "2"]])
        }
    }

    @Test(.needsPostgres)
    func `in throughput mode kill -9 loses no job, and a stop leaves none claimed`() async throws {
        try await TestDatabase.with { database in
            try await database.fill(3_000)
            let first = try await TestDaemon.ready(database.url, set: Self.many)
            try await database.wait(until: "(SELECT count(*) FROM ix_jobs WHERE status = 'done') > 200")
            first.process.signal(SIGKILL)
            #expect(try await first.process.exitStatus() == .signal(SIGKILL))
            let second = try await TestDaemon.ready(database.url, state: first.state, set: Self.many)
            try await database.wait(until: "(SELECT count(*) FROM ix_jobs WHERE status = 'done') > 1000")
            #expect(try await second.terminate() == .code(0))
            let held = try await database.sql("SELECT count(*) FROM ix_jobs WHERE status = 'running'")
            #expect(held == [["0"]])
            let third = try await TestDaemon.ready(database.url, state: first.state, set: Self.many)
            try await database.wait(until: "(SELECT count(*) FROM ix_jobs WHERE status = 'done') = 3000")
            #expect(try await third.terminate() == .code(0))
        }
    }
}

extension TestDatabase {
    fileprivate func fill(_ jobs: Int, callbacks: Int = 0) async throws {
        try await sql(
            """
            INSERT INTO ix_jobs (job_id, ix_id, client_id, request_id, use_case, callback_url, request)
            SELECT gen_random_uuid(), 'x', 'many', n::text, 'echo',
                   CASE WHEN n <= \(callbacks) THEN 'http://127.0.0.1:9/told' END,
                   jsonb_build_object('use_case', 'echo', 'ix_client_id', 'many', 'request_id', n::text, 'ix_id', 'x', 'seq', n)
              FROM generate_series(1, \(jobs)) n
            """)
    }

    fileprivate func wait(until condition: String) async throws {
        let isMet = try await eventually(within: .seconds(60)) { try await sql("SELECT \(condition)") == [["t"]] }
        try #require(isMet, "\(condition)")
    }
}
