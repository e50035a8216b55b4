import FoundationEssentials
import Glibc
import IXCore
import IXTestSupport
import Testing

/// Daemons on one store that have different pipelines.
@Suite(.timeLimit(.minutes(3)))
struct ForeignWorkDaemonTests {
    private static func toml(_ names: String...) -> String {
        names.map { "[pipelines.\($0)]\nkind = \"echo\"\n" }.joined()
    }

    private static func rewrite(_ daemon: TestDaemon, _ toml: String) async throws {
        let seen = daemon.process.lines.count
        try toml.write(to: URL(filePath: daemon.state + "/ix-worker.toml"))
        daemon.process.signal(SIGHUP)
        try await daemon.process.waitForLine(containing: "the configuration is read", from: seen)
    }

    @Test(.needsPostgres) func `each daemon runs the jobs of its queues, and one that no daemon takes is named`()
        async throws
    {
        try await TestDatabase.with { database in
            try await database.sql("SELECT ix_set_queue('fast', '{\"concurrency\": 4}')")
            let toml = Self.toml("alpha", "beta")
            let one = try await TestDaemon.ready(
                database.url, set: ["worker.instance=one", "worker.queues=alpha,fast", "worker.sweep_seconds=0.5"],
                toml: toml)
            let two = try await TestDaemon.ready(
                database.url, set: ["worker.instance=two", "worker.queues=beta"], toml: toml)
            for index in 0..<20 {
                _ = try await database.enqueue("alpha")
                _ = try await database.enqueue("beta")
                try await database.sql(
                    """
                    SELECT ix_enqueue('{"use_case": "beta", "ix_client_id": "c", "request_id": "fast-\(index)"}', queue => 'fast')
                    """)
            }
            try await database.wait(until: "(SELECT count(*) FROM ix_jobs WHERE status = 'done') = 60")
            let wrong = try await database.sql(
                """
                SELECT count(*) FROM ix_jobs j JOIN ix_daemons d USING (daemon_id)
                 WHERE coalesce(j.queue, j.use_case) <> ALL (d.queues)
                """)
            #expect(wrong[0][0] == "0")
            let seen = one.process.lines.count
            try await database.sql(
                "SELECT ix_enqueue('{\"use_case\": \"gamma\", \"ix_client_id\": \"c\", \"request_id\": \"g\"}')")
            try await one.process.waitForLine(containing: "queue gamma, which no daemon takes", from: seen)
            for daemon in [one, two] { #expect(try await daemon.terminate() == .code(0)) }
        }
    }

    @Test(.needsPostgres) func `each daemon runs what it has pipelines for, and no job costs a start`() async throws {
        try await TestDatabase.with { database in
            let one = try await TestDaemon.ready(
                database.url, set: ["worker.instance=one"], toml: Self.toml("alpha"))
            let two = try await TestDaemon.ready(
                database.url, set: ["worker.instance=two"], toml: Self.toml("beta"))
            for _ in 0..<20 {
                _ = try await database.enqueue("alpha")
                _ = try await database.enqueue("beta")
            }
            try await database.wait(until: "(SELECT count(*) FROM ix_jobs WHERE status = 'done') = 40")
            let spent = try await database.sql(
                """
                SELECT count(*) FROM ix_jobs j WHERE j.attempts <> (
                    SELECT coalesce(sum(starts), 0) FROM ix_attempts a WHERE a.job_id = j.job_id AND a.outcome = 'unstarted')
                """)
            #expect(spent[0][0] == "0")
            for daemon in [one, two] { #expect(try await daemon.terminate() == .code(0)) }
        }
    }

    @Test(.needsPostgres, arguments: [1, 8])
    func `a new pipeline rolls out host by host under load, and no job is lost`(_ batch: Int) async throws {
        try await TestDatabase.with { database in
            let set = ["worker.batch=\(batch)", "worker.sweep_seconds=0.5", "worker.heartbeat_seconds=0.5"]
            let one = try await TestDaemon.ready(
                database.url, set: set + ["worker.instance=one"], toml: Self.toml("old"))
            let two = try await TestDaemon.ready(
                database.url, set: set + ["worker.instance=two"], toml: Self.toml("old"))
            // Producers are ahead of both hosts.
            let jobs = """
                SELECT count(*) FROM generate_series(1, 200) AS n, LATERAL ix_enqueue(jsonb_build_object(
                    'use_case', CASE WHEN n % 2 = 0 THEN 'old' ELSE 'new' END, 'ix_client_id', $1::text,
                    'request_id', n::text)) AS e
                """
            try await database.sql(jobs, ["before"])
            try await database.wait(until: "(SELECT count(*) FROM ix_jobs WHERE status = 'done') = 100")
            try await Self.rewrite(one, Self.toml("old", "new"))
            try await database.sql(jobs, ["between"])
            try await database.wait(until: "(SELECT count(*) FROM ix_jobs WHERE status = 'done') = 400")
            try await Self.rewrite(two, Self.toml("old", "new"))
            try await database.sql(jobs, ["after"])
            try await database.wait(until: "(SELECT count(*) FROM ix_jobs WHERE status = 'done') = 600")
            let failed = try await database.sql(
                "SELECT count(*) FROM ix_attempts WHERE outcome <> 'unstarted'")
            #expect(failed[0][0] == "0")
            for daemon in [one, two] { #expect(try await daemon.terminate() == .code(0)) }
        }
    }

    @Test(.needsPostgres) func `what no daemon serves waits, is told of, and runs on the first that does`() async throws
    {
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(
                database.url, set: ["worker.sweep_seconds=0.5"], toml: Self.toml("known"))
            let job = try await database.enqueue("typo")
            try await daemon.process.waitForLine(containing: "jobs wait for a pipeline that no daemon has")
            let known = try await database.enqueue("known")
            try await database.wait(known, until: "status = 'done'")
            let said = try await TestCtl.run(database.url, ["stats"])
            #expect(said.text.contains("1 unserved: no daemon has a pipeline for use case typo"))
            let object = try #require(try await TestCtl.run(database.url, ["stats", "--json"]).objects.first)
            #expect(object["unserved"]?.text.contains(#""use_case":"typo""#) == true)
            #expect(try await database.job(job, "status") == "pending")
            // Each worker may have met it once.
            #expect(try await database.job(job, "attempts <= 4") == "true")
            try await Self.rewrite(daemon, Self.toml("typo"))
            try await database.wait(job, until: "status = 'done'")
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test(.needsPostgres, arguments: ["0", "1"])
    func `what no daemon serves ends after the time that is set, with its callback`(_ seconds: String) async throws {
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(
                database.url, set: ["worker.sweep_seconds=0.5", "pipeline.unserved_seconds=\(seconds)"])
            let job = try await database.enqueue("typo", callback: "http://127.0.0.1:9/")
            try await database.wait(job, until: "status = 'error'")
            #expect(try await database.job(job, "response->'error'->>'code'") == "unknown_use_case")
            #expect(try await database.sql("SELECT count(*) FROM ix_callbacks")[0][0] == "1")
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `on the file, too, an unserved job waits for its pipeline, or for the time that is set`() async throws {
        let path = try Scratch.directory() + "/jobs.db"
        let set = ["worker.sweep_seconds=0.5"]
        let daemon = try await TestDaemon.ready(path, set: set, toml: Self.toml("known"))
        let job = try #require(try await TestCtl.run(path, ["enqueue", "late"]).jobID)
        try await daemon.process.waitForLine(containing: "jobs wait for a pipeline that no daemon has")
        #expect(try await TestCtl.run(path, ["enqueue", "known", "--wait"]).exit == .code(0))
        #expect(try await TestCtl.run(path, ["stats"]).text.contains("1 unserved"))
        try await Self.rewrite(daemon, Self.toml("late"))
        let got = try await TestCtl.run(path, ["enqueue", "late", "--wait"])
        #expect(got.exit == .code(0))
        let first = try #require(try await TestCtl.run(path, ["get", job, "--json"]).objects.first)
        #expect(first["status"]?.string == "done")
        // Each worker may have met it once.
        let met = try #require(first["attempts"]?.text).split(separator: ".")
        #expect(Int(met[0]).map { $0 <= 4 } == true, "\(met)")
        try await Self.rewrite(daemon, Self.toml("late") + "[pipeline]\nunserved_seconds = 0\n")
        let typo = try await TestCtl.run(path, ["enqueue", "typo", "--wait"])
        #expect(typo.exit != .code(0) && typo.text.contains("unknown_use_case"))
        #expect(try await daemon.terminate() == .code(0))
    }
}
