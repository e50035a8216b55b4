import FoundationEssentials
import IXTestSupport
import Testing

/// The real daemon behind a real PgBouncer in transaction mode.
@Suite(.needsPgBouncer, .timeLimit(.minutes(3)))
struct PgBouncerTests {
    @Test func `without prepared statements hundreds of jobs come through, none lost, none twice`() async throws {
        try await TestPooler.with { pooled in
            let daemon = try await pooled.daemon(
                TestPooler.settings + ["worker.lease_seconds=3", "worker.heartbeat_seconds=0.5"])
            try await pooled.enqueue(400)
            try await pooled.expectAllDone(400, by: daemon)
            // Longer than a lease after the start it is still held.
            let lease = "ix_daemons WHERE lease_until > now()"
            try await pooled.database.wait(
                until: "EXISTS (SELECT 1 FROM \(lease) AND lease_until > started_at + interval '4 s')")
            #expect(try await daemon.terminate() == .code(0))
            #expect(!daemon.process.lines.contains { $0.contains(" error ") || $0.contains(" warning ") })
        }
    }

    @Test func `with a direct listen address jobs come by notification`() async throws {
        try await TestPooler.with { pooled in
            let daemon = try await TestDaemon.ready(
                pooled.url,
                set: [
                    "postgres.prepared=false", "postgres.listen_url=\(pooled.database.url)", "worker.poll_seconds=3600",
                ])
            try await pooled.database.waitForListener()
            let job = try await pooled.database.enqueue("echo")
            try await pooled.database.wait(job, until: "status = 'done'", within: .seconds(10))
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `without a direct listen address it says so once and polls`() async throws {
        try await TestPooler.with { pooled in
            let daemon = try await pooled.daemon(["postgres.prepared=false"])
            let job = try await pooled.database.enqueue("echo")
            try await pooled.database.wait(job, until: "status = 'done'", within: .seconds(10))
            try await daemon.process.waitForLine(containing: "polling alone")
            let listening = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
            #expect(try await pooled.database.sql(listening + " AND datname = current_database()")[0][0] == "0")
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `migrate and ixctl work through it`() async throws {
        try await TestPooler.with(.empty) { pooled in
            let migrate = try await pooled.run("ix-worker", "migrate")
            #expect(migrate.exit == .code(0), "\(migrate.text)")
            let inserted = try await pooled.run("ixctl", "enqueue", "echo")
            #expect(inserted.exit == .code(0), "\(inserted.text)")
            let daemon = try await pooled.daemon()
            let waited = try await pooled.run("ixctl", "enqueue", "echo", "--wait")
            #expect(waited.exit == .code(0) && waited.text.contains("done"), "\(waited.text)")
            let shown = try await pooled.run("ixctl", "get", String(inserted.text.prefix(36)))
            #expect(shown.exit == .code(0) && shown.text.contains("done"), "\(shown.text)")
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `a restart and a pause in the middle lose nothing`() async throws {
        try await TestPooler.with { pooled in
            let daemon = try await pooled.daemon()
            for round in ["1", "2"] {
                try await pooled.enqueue(300, round)
                try await pooled.pooler.restart()
            }
            try await pooled.enqueue(300, "3")
            try await pooled.pooler.command("PAUSE")
            let before = try await pooled.database.count("status = 'done'")
            try await pooled.enqueue(1, "4")
            #expect(try await pooled.database.count("status = 'done'") == before)
            try await pooled.pooler.command("RESUME")
            try await pooled.database.wait(until: "901 = (SELECT count(*) FROM ix_jobs WHERE status = 'done')")
            #expect(try await pooled.database.sql("SELECT count(*) FROM ix_refused_writes")[0][0] == "0")
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `with prepared statements the start fails with 78 and says what to set`() async throws {
        try await TestPooler.with { pooled in
            for settings in [["postgres.listen_url=off"], []] {
                let daemon = try TestDaemon(pooled.url, set: settings)
                #expect(try await daemon.process.exitStatus() == .code(78))
                #expect(daemon.process.lines.contains { $0.contains("[postgres] prepared = false") })
            }
            let ctl = try await pooled.run("ixctl", "enqueue", "echo", prepared: true)
            #expect(ctl.exit == .code(78) && ctl.text.contains("[postgres] prepared = false"), "\(ctl.text)")
        }
    }

    @Test func `prepared statements that get lost are named as such, and cost no job its result`() async throws {
        // With this setting 1.18 lets them begin, and then they vanish between two transactions.
        try await TestPooler.with(settings: ["ignore_startup_parameters = options"]) { pooled in
            try await pooled.enqueue(100)
            let daemon = try TestDaemon(pooled.url, set: ["worker.count=8", "postgres.listen_url=off"])
            try await daemon.process.waitForLine(containing: "[postgres] prepared = false")
            daemon.process.signal(9)
            _ = try await daemon.process.exitStatus()
            #expect(try await pooled.database.count("status = 'error'") == 0)
            let cured = try await TestDaemon.ready(pooled.url, state: daemon.state, set: TestPooler.settings)
            try await pooled.database.wait(until: "100 = (SELECT count(*) FROM ix_jobs WHERE status = 'done')")
            #expect(try await cured.terminate() == .code(0))
        }
    }
}

extension TestPooler {
    fileprivate func run(
        _ program: String, _ arguments: String..., prepared: Bool = false
    ) async throws -> (exit: TestProcess.Exit, text: String) {
        var environment = TestProcess.plainEnvironment
        environment["IX_POSTGRES_URL"] = url
        environment["IX_POSTGRES_PREPARED"] = prepared ? "true" : "false"
        let process = try TestProcess(try Programs.path(program), arguments, environment: environment)
        return (try await process.exitStatus(), process.lines.joined(separator: "\n"))
    }
}

extension TestDatabase {
    /// Waits until a daemon listens.
    func waitForListener(within limit: Duration = .seconds(20)) async throws {
        try await wait(
            until: """
                EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database()
                AND application_name LIKE '%(listener)' AND query LIKE 'LISTEN%')
                """, within: limit)
    }
}

extension Trait where Self == ConditionTrait {
    static var needsPgBouncer: Self {
        .enabled(
            if: PrivateCluster.canBeMade && PgBouncer.isAvailable,
            "pgbouncer or PostgreSQL's server is not installed (make setup): tests of a pooler are skipped")
    }
}
