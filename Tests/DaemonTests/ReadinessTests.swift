import IXTestSupport
import Testing

@Suite(.needsPostgres, .timeLimit(.minutes(3)))
struct ReadinessTests {
    @Test func `a job inserted before the start and one inserted after it both run`() async throws {
        try await TestDatabase.with { database in
            let early = try await database.enqueue("echo", fields: #"{"context":{"n":12345678901234567890}}"#)
            let daemon = try await TestDaemon.ready(database.url)
            let late = try await database.enqueue("echo")
            try await database.wait(early, until: "status = 'done'")
            try await database.wait(late, until: "status = 'done'")
            #expect(try await database.job(early, "response->'context'->'n'") == "12345678901234567890")
            #expect(try await database.job(early, "response->'use_case'") == "\"echo\"")
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `an idle daemon picks a job up by notification, not by the poll`() async throws {
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(database.url, set: ["worker.poll_seconds=3600"])
            try await database.wait(
                until:
                    "EXISTS (SELECT 1 FROM pg_stat_activity WHERE application_name LIKE '%(listener)' AND query LIKE 'LISTEN%')"
            )
            let job = try await database.enqueue("echo")
            try await database.wait(job, until: "status = 'done'", within: .seconds(10))
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `a job that an old producer inserts is found by the poll`() async throws {
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(database.url, set: ["worker.poll_seconds=0.2"])
            try await database.sql(
                """
                INSERT INTO ix_jobs (job_id, ix_id, client_id, request_id, status, request, attempts, created_at)
                VALUES (gen_random_uuid(), '0123456789abcdef', 'old', 'r', 'pending',
                        '{"use_case": "echo", "ix_client_id": "old", "request_id": "r", "ix_id": "0123456789abcdef"}', 0, now())
                """)
            try await database.wait(until: "EXISTS (SELECT 1 FROM ix_jobs WHERE status = 'done' AND use_case = 'echo')")
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `a schema that is missing stops the start with 78 and says what to run`() async throws {
        try await TestDatabase.with(.empty) { database in
            let daemon = try TestDaemon(database.url)
            #expect(try await daemon.process.exitStatus() == .code(78))
            #expect(daemon.process.lines.contains { $0.contains("ix-worker migrate") })
        }
    }

    @Test func `a bad configuration stops the start with 78 and names key and reason`() async throws {
        let daemon = try TestDaemon("", toml: "[worker]\ncount = 0\ncuont = 3\n")
        #expect(try await daemon.process.exitStatus() == .code(78))
        let said = daemon.process.lines.joined(separator: "\n")
        #expect(said.contains("worker.count") && said.contains("cuont") && said.contains("ix-worker.toml"))
    }

    @Test func `rows that came in past the door end as bad_request, and the queue goes on`() async throws {
        try await TestDatabase.with { database in
            let long = String(repeating: "k", count: 300)
            try await database.sql(
                """
                INSERT INTO ix_jobs (job_id, ix_id, client_id, request_id, status, request, attempts, created_at)
                VALUES (gen_random_uuid(), 'a', 'old', '\(long)', 'pending', '{"use_case": "echo"}', 0, now()),
                       (gen_random_uuid(), 'b', 'old', 'no-object', 'pending', '[1]', 0, now()),
                       (gen_random_uuid(), 'c', 'old', 'no-use-case', 'pending', '{}', 0, now())
                """)
            let good = try await database.enqueue("echo")
            let daemon = try await TestDaemon.ready(database.url)
            try await database.wait(good, until: "status = 'done'")
            try await database.wait(
                until:
                    "3 = (SELECT count(*) FROM ix_jobs WHERE status = 'error' AND response->'error'->>'code' = 'bad_request')"
            )
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `no credentials of the daemon stand in what another process of its user can read`() async throws {
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(database.url)
            // Not dumpable: the kernel hands /proc/PID/environ to root alone.
            let owner = try TestProcess("/usr/bin/stat", ["-c", "%U", "/proc/\(daemon.process.pid)/environ"])
            _ = try await owner.exitStatus()
            #expect(owner.lines.first == "root")
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `a daemon whose role row security binds says so at its start; one that it doesn't bind says nothing`()
        async throws
    {
        try await RoleDatabase.with { db in
            try await db.sql("ALTER TABLE ix_jobs ENABLE ROW LEVEL SECURITY")
            let bound = try await TestDaemon.ready(try db.url(as: "ix_worker"))
            let said = try await bound.process.waitForLine(containing: "row security may hide jobs")
            #expect(said.contains("tables=ix_jobs"))
            #expect(try await bound.terminate() == .code(0))
            let owner = try await TestDaemon.ready(db.url)
            #expect(try await owner.terminate() == .code(0))
            #expect(!owner.process.lines.contains { $0.contains("row security") })
        }
    }
}
