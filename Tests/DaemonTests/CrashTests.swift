import Glibc
import IXTestSupport
import Testing

@Suite(.timeLimit(.minutes(4)))
struct CrashTests {
    @Test(.needsPostgres)
    func `after kill -9 the next start of the same instance takes its jobs up at once`() async throws {
        try await TestDatabase.with { database in
            let first = try await TestDaemon.ready(database.url, set: ["worker.lease_seconds=600"])
            let job = try await database.enqueue("sleep", fields: #"{"options":{"seconds":600}}"#)
            try await database.wait(job, until: "status = 'running'")
            first.process.signal(SIGKILL)
            #expect(try await first.process.exitStatus() == .signal(SIGKILL))
            let second = try await TestDaemon.ready(database.url, state: first.state, set: ["worker.grace_seconds=0"])
            try await database.wait(job, until: "status = 'running' AND attempts = 1", within: .seconds(10))
            #expect(try await second.terminate() == .code(0))
        }
    }

    @Test(.needsPostgres)
    func `when a host is lost another daemon takes its jobs after the lease`() async throws {
        try await TestDatabase.with { database in
            let short = ["worker.lease_seconds=3", "worker.heartbeat_seconds=1", "worker.sweep_seconds=0.5"]
            let lost = try await TestDaemon.ready(database.url, set: short)
            let job = try await database.enqueue("sleep", fields: #"{"options":{"seconds":600}}"#)
            try await database.wait(job, until: "status = 'running'")
            let other = try await TestDaemon.ready(database.url, set: short + ["worker.grace_seconds=0"])
            lost.process.signal(SIGKILL)
            try await database.wait(job, until: "status = 'running' AND attempts = 1", within: .seconds(20))
            #expect(try await other.terminate() == .code(0))
        }
    }

    @Test(.needsPostgres)
    func `a daemon that slept past its lease drops its result: the newer attempt's stands`() async throws {
        try await TestDatabase.with { database in
            let short = ["worker.lease_seconds=3", "worker.heartbeat_seconds=1", "worker.sweep_seconds=0.5"]
            let paused = try await TestDaemon.ready(database.url, set: short + ["worker.count=1"])
            let job = try await database.enqueue("sleep", fields: #"{"options":{"seconds":2}}"#)
            try await database.wait(job, until: "status = 'running'")
            paused.process.signal(SIGSTOP)
            let other = try await TestDaemon.ready(database.url, set: short)
            try await database.wait(job, until: "status = 'done' AND attempts = 1", within: .seconds(30))
            let end = try await database.job(job, "(finished_at, finished_claim)")
            paused.process.signal(SIGCONT)
            // Which one depends on what comes first: the end of its pipeline, or the look at its claims.
            let isRefused = try await eventually(within: .seconds(60)) {
                paused.process.lines.contains { $0.contains(") fenced") || $0.contains(") dropped") }
            }
            #expect(isRefused)
            #expect(try await paused.terminate() == .code(0))
            #expect(try await database.job(job, "(finished_at, finished_claim)") == end)
            #expect(try await database.sql("SELECT count(*) FROM ix_refused_writes")[0][0] == "0")
            #expect(try await other.terminate() == .code(0))
        }
    }

    @Test(.needsPostgres)
    func `a daemon that dies again and again costs its jobs no start, and they run few at a time`() async throws {
        try await TestDatabase.with { database in
            var jobs: [String] = []
            for _ in 0..<8 {
                jobs.append(try await database.enqueue("sleep", fields: #"{"options":{"seconds":1}}"#))
            }
            var state: String?
            for running in [8, 4, 2] {
                let daemon = try await TestDaemon.ready(database.url, state: state, set: ["worker.count=8"])
                state = daemon.state
                try await database.wait(until: "\(running) = (SELECT count(*) FROM ix_jobs WHERE status = 'running')")
                daemon.process.signal(SIGKILL)
                #expect(try await daemon.process.exitStatus() == .signal(SIGKILL))
            }
            let last = try await TestDaemon.ready(database.url, state: state, set: ["worker.count=8"])
            for job in jobs { try await database.wait(job, until: "status = 'done' AND max_attempts - attempts = 3") }
            // A moment after the last of them has ended.
            try await database.wait(until: "NOT EXISTS (SELECT 1 FROM ix_suspects)")
            #expect(try await last.terminate() == .code(0))
        }
    }

    @Test(.needsPostgres)
    func `a job whose daemon is killed every time ends in attempts_exhausted`() async throws {
        try await TestDatabase.with { database in
            let toml = "[pipelines.poison]\nkind = \"exec\"\ncommand = [\"sleep\", \"1000\"]\n"
            let job = try await database.enqueue("poison")
            var state: String?
            // The first death only makes it a suspect.
            for start in 0..<4 {
                let daemon = try await TestDaemon.ready(database.url, state: state, toml: toml)
                state = daemon.state
                try await database.wait(job, until: "status = 'running' AND attempts = \(start)")
                daemon.process.signal(SIGKILL)
                #expect(try await daemon.process.exitStatus() == .signal(SIGKILL))
            }
            let last = try await TestDaemon.ready(database.url, state: state, toml: toml)
            try await database.wait(job, until: "status = 'error' AND attempts = 4")
            #expect(try await database.job(job, "response->'error'->>'code'") == "attempts_exhausted")
            #expect(try await last.terminate() == .code(0))
        }
    }

    @Test(.needsOwnCluster)
    func `a crash of the database under load loses nothing and needs no restart of the daemon`() async throws {
        let cluster = try await PrivateCluster()
        try await TestDatabase.with(.migrated, on: cluster.url) { database in
            let daemon = try await TestDaemon.ready(
                database.url, set: ["worker.count=8", "worker.lease_seconds=60", "postgres.call_timeout_seconds=2"])
            for round in 1...3 {
                let insert = """
                    SELECT count(*) FROM generate_series(1, 400) n,
                    LATERAL ix_enqueue('{}', use_case => 'echo', client_id => 'load', request_id => '\(round).' || n)
                    """
                try await database.sql(insert)
                try await cluster.restart()
                let marker = try await eventually {
                    do { return try await database.sql("SELECT 1")[0][0] == "1" } catch { return false }
                }
                #expect(marker)
            }
            try await database.wait(
                until: "NOT EXISTS (SELECT 1 FROM ix_jobs WHERE status IN ('pending', 'running'))", within: .seconds(60)
            )
            #expect(try await database.count("status = 'done'") == 1200)
            #expect(try await daemon.terminate() == .code(0))
            #expect(daemon.process.lines.contains { $0.contains("the store answers again") })
        }
        try await cluster.remove()
    }

    @Test(.needsOwnCluster)
    func `a daemon started before its database waits and then works`() async throws {
        let cluster = try await PrivateCluster()
        try await TestDatabase.with(.migrated, on: cluster.url) { database in
            try await cluster.stop()
            let daemon = try TestDaemon(database.url)
            try await daemon.process.waitForLine(containing: "waiting for the database")
            try await cluster.start()
            try await daemon.process.waitForLine(containing: " ready ")
            let job = try await eventuallyEnqueued(database)
            try await database.wait(job, until: "status = 'done'")
            #expect(try await daemon.terminate() == .code(0))
        }
        try await cluster.remove()
    }

    private func eventuallyEnqueued(_ database: TestDatabase) async throws -> String {
        do { return try await database.enqueue("echo") } catch { return try await database.enqueue("echo") }
    }
}
