import FoundationEssentials
import Glibc
import IXCore
import IXTestSupport
import Testing

/// The real daemon and tool delete what ended long ago.
@Suite(.needsPostgres, .timeLimit(.minutes(3)))
struct PruneTests {
    /// Ended jobs of long ago.
    private func fill(_ db: TestDatabase, _ jobs: Int, _ status: String, days: Int) async throws {
        try await db.sql(
            """
            INSERT INTO ix_jobs (job_id, ix_id, client_id, request_id, request, use_case, status, response, finished_at)
            SELECT gen_random_uuid(), 'fedcba9876543210', 'client', gen_random_uuid(), '{"use_case":"extract"}', 'extract',
                   '\(status)', '{"error":null}', now() - interval '\(days) days' FROM generate_series(1, \(jobs))
            """)
    }

    @Test func `a daemon with retention deletes what is past it, says how many, and goes on working`() async throws {
        try await TestDatabase.with { db in
            try await fill(db, 1200, "done", days: 31)
            try await fill(db, 30, "done", days: 29)
            try await fill(db, 70, "error", days: 100)
            let daemon = try await TestDaemon.ready(
                db.url, set: ["retention.done_days=30", "retention.batch=100", "retention.error_days=0.00002"])
            let line = try await daemon.process.waitForLine(containing: "ended jobs are pruned")
            #expect(line.contains("done=1200") && line.contains("error=70"), "\(line)")
            #expect(try await db.count("true") == 30)
            let job = try await db.enqueue("echo")
            try await db.wait(job, until: "status = 'done'")
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `old receipts go beside a walk and behind it, however many they are`() async throws {
        try await TestDatabase.with { db in
            try await fill(db, 1, "done", days: 31)
            try await db.sql(
                """
                INSERT INTO ix_receipts (pair, job_id, at)
                SELECT ix_pair('client', n::text), gen_random_uuid(), now() - interval '3 days'
                  FROM generate_series(1, 21500) AS n
                """)
            let daemon = try await TestDaemon.ready(
                db.url, set: ["retention.done_days=30", "retention.error_days=0.00002"])
            try await daemon.process.waitForLine(containing: "ended jobs are pruned")
            // A round deletes 20,000 at most; the rest goes with the next ones.
            let areGone = try await eventually { try await db.sql("SELECT count(*) FROM ix_receipts")[0][0] == "0" }
            #expect(areGone)
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `without retention nothing goes, and HUP switches it on`() async throws {
        try await TestDatabase.with { db in
            try await fill(db, 5, "done", days: 3000)
            let daemon = try await TestDaemon.ready(db.url)
            #expect(try await db.count("true") == 5)
            try "[retention]\ndone_days = 365\nerror_days = 0.0001\n".write(
                to: URL(filePath: daemon.state + "/ix-worker.toml"))
            daemon.process.signal(SIGHUP)
            try await daemon.process.waitForLine(containing: "done=5")
            #expect(try await db.count("true") == 0)
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test(.needsOwnCluster) func `a daemon that may not prune says so once and works on`() async throws {
        try await RoleDatabase.with { db in
            try await db.sql("REVOKE ALL ON FUNCTION ix_prune FROM ix_worker")
            let daemon = try await TestDaemon.ready(try db.url(as: "ix_worker"), set: ["retention.done_days=0.0001"])
            try await daemon.process.waitForLine(containing: "ended jobs can't be pruned")
            let job = try await db.enqueue("echo")
            try await db.wait(job, until: "status = 'done'")
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test(.needsOwnCluster) func `a daemon cuts the tables of HTTP, which its role may not read`() async throws {
        try await RoleDatabase.with { db in
            try await db.sql(
                """
                INSERT INTO ix_sessions (hash, actor, role, expires_at)
                SELECT sha256(n::text::bytea), 'a', 'reader', now() + make_interval(hours => n) FROM unnest(ARRAY[-1, 1]) AS n
                """)
            try await db.sql(
                "INSERT INTO ix_audit (at, actor, role, action) VALUES (now() - interval '401 days', 'a', 'operator', 'x')"
            )
            let daemon = try await TestDaemon.ready(try db.url(as: "ix_worker"), set: ["retention.done_days=0.0001"])
            let isCut = try await eventually {
                try await db.sql("SELECT (SELECT count(*) FROM ix_sessions), (SELECT count(*) FROM ix_audit)") == [
                    ["1", "0"]
                ]
            }
            #expect(isCut)
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `ixctl prune counts first and then deletes, by its options or the configuration`() async throws {
        try await TestDatabase.with { db in
            try await fill(db, 12, "done", days: 10)
            try await fill(db, 3, "error", days: 10)
            let dry = try await TestCtl.run(db.url, ["prune", "--done-days", "7", "--dry-run", "--json"])
            #expect(
                dry.exit == .code(0) && dry.text == #"{"done":12,"error":0,"total":12,"receipts":0,"dry_run":true}"#,
                "\(dry)")
            #expect(try await db.count("true") == 15)
            let some = try await TestCtl.run(db.url, ["prune", "--done-days", "7.5", "--error-days", "20"])
            #expect(some.exit == .code(0) && some.text == "12 jobs deleted: 12 done, 0 in error")
            let rest = try await TestCtl.run(db.url, ["prune", "--json", "--set", "retention.error_days=7"])
            #expect(rest.objects.first?["error"]?.text == "3")
            #expect(try await db.count("true") == 0)
        }
    }

    @Test(arguments: [[], ["--done-days", "-1"], ["--done-days", "x"], ["--error-days", "0"]])
    func `a prune that says nothing, or nonsense, is refused with 64`(_ arguments: [String]) async throws {
        let said = try await TestCtl.run("postgresql:///x?host=/nonexistent", ["prune"] + arguments)
        #expect(said.exit == .code(64), "\(said)")
    }

    @Test func `the embedded file is pruned likewise, by its daemon and by ixctl beside it`() async throws {
        try await TestFile.with { file in
            let daemon = try await TestDaemon.ready(file.path, set: ["retention.error_days=0.00001"])
            _ = try await file.enqueue("echo", "{}")
            _ = try await file.enqueue("fail", "{}")
            try await daemon.process.waitForLine(containing: "ended jobs are pruned")
            #expect(try await file.counts() == ["done": 1])
            let said = try await TestCtl.run(file.path, ["prune", "--done-days", "0.0000001"])
            #expect(said.lines.contains("1 job deleted: 1 done, 0 in error"), "\(said)")
            #expect(try await file.counts() == [:])
            #expect(try await daemon.terminate() == .code(0))
        }
    }
}
