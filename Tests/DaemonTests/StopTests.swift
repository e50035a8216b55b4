import Glibc
import IXConcurrency
import IXTestSupport
import Testing

@Suite(.needsPostgres, .timeLimit(.minutes(3)))
struct StopTests {
    private func start(
        _ database: TestDatabase, _ fields: String, useCase: String = "sleep", set: [String]
    ) async throws -> (TestDaemon, job: String) {
        let daemon = try await TestDaemon.ready(database.url, set: set)
        let job = try await database.enqueue(useCase, fields: fields)
        try await database.wait(job, until: "status = 'running'")
        return (daemon, job)
    }

    @Test func `TERM lets a running job finish, claims no other, and exits 0`() async throws {
        try await TestDatabase.with { database in
            let (daemon, job) = try await start(
                database, #"{"options":{"seconds":2}}"#, set: ["worker.count=1", "worker.grace_seconds=30"])
            let next = try await database.enqueue("echo")
            #expect(try await daemon.terminate() == .code(0))
            #expect(try await database.job(job, "status") == "done")
            #expect(try await database.job(next, "status") == "pending")
        }
    }

    @Test func `when the grace is over a job is handed back at once and costs no start`() async throws {
        try await TestDatabase.with { database in
            let (daemon, job) = try await start(
                database, #"{"options":{"seconds":600}}"#, set: ["worker.grace_seconds=0.3"])
            #expect(try await daemon.terminate() == .code(0))
            #expect(try await database.job(job, "(status, attempts, max_attempts)") == "(pending,1,4)")
            #expect(try await database.job(job, "claim_id") == nil)
        }
    }

    @Test func `a second TERM cuts the grace short`() async throws {
        try await TestDatabase.with { database in
            let (daemon, job) = try await start(
                database, #"{"options":{"seconds":600}}"#, set: ["worker.grace_seconds=600"])
            daemon.process.signal(SIGTERM)
            try await daemon.reach(.draining)
            #expect(try await daemon.terminate() == .code(0))
            #expect(try await database.job(job, "status") == "pending")
        }
    }

    @Test func `a third TERM ends it at once, and the next start takes the job up`() async throws {
        try await TestDatabase.with { database in
            let (daemon, job) = try await start(
                database, #"{"options":{"outcome":"hang"}}"#, useCase: "fail",
                set: ["worker.grace_seconds=600", "pipeline.kill_grace_seconds=600"])
            daemon.process.signal(SIGTERM)
            try await daemon.reach(.draining)
            daemon.process.signal(SIGTERM)
            try await daemon.reach(.graceOver)
            #expect(try await daemon.terminate() == .code(143))
            let second = try await TestDaemon.ready(database.url, state: daemon.state)
            try await database.wait(job, until: "status = 'running' AND attempts = 1")
            second.process.signal(SIGKILL)
        }
    }

    @Test func `a pipeline that ignores cancellation is abandoned and handed back within the bound`() async throws {
        try await TestDatabase.with { database in
            let (daemon, job) = try await start(
                database, #"{"options":{"outcome":"hang"}}"#, useCase: "fail",
                set: ["worker.grace_seconds=0.1", "pipeline.kill_grace_seconds=0.1"])
            #expect(try await daemon.terminate() == .code(0))
            #expect(try await database.job(job, "status") == "pending")
        }
    }

    @Test func `a stopped daemon's lease ends with it`() async throws {
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(database.url)
            #expect(try await daemon.terminate() == .code(0))
            let live = try await database.sql("SELECT count(*) FROM ix_daemons WHERE lease_until > now()")
            #expect(live[0][0] == "0")
        }
    }

    @Test func `TERM while the database is away stops the start-up with 0`() async throws {
        let daemon = try TestDaemon("postgresql:///nowhere?host=/nonexistent")
        try await daemon.process.waitForLine(containing: "waiting for the database")
        #expect(try await daemon.terminate() == .code(0))
    }

    @Test func `TERM while the database doesn't answer stops the start-up within seconds`() async throws {
        // No process accepts connections from the listening socket, so the connection opens and stays silent.
        let silent = try SilentServer()
        let daemon = try TestDaemon("postgresql://ix@127.0.0.1:\(silent.port)/nowhere?connect_timeout=60")
        try await daemon.process.waitForLine(containing: "starting")
        #expect(try await daemon.terminate() == .code(0))
    }

    @Test func `TERM while the database says nothing any more ends a daemon without jobs within seconds`() async throws
    {
        try await TestDatabase.with { database in
            let proxy = try TCPProxy(to: database.address)
            let daemon = try await TestDaemon.ready(
                try database.address.url(proxy.detour), set: ["worker.poll_seconds=0.2", "worker.grace_seconds=60"])
            proxy.become(.blackHole)
            // A claim is under way, and will be until its limit.
            let count = daemon.process.lines.count
            let isStuck = try await eventually {
                daemon.process.signal(SIGUSR1)
                return daemon.process.lines.dropFirst(count).contains { $0.contains("claiming") }
            }
            let start = ContinuousClock.now
            #expect(try await daemon.terminate() == .code(0))
            #expect(isStuck && ContinuousClock.now - start < .seconds(10))
        }
    }

    @Test func `PGOPTIONS hold for migrate and for the daemon, as for every program of libpq`() async throws {
        try await TestDatabase.with { database in
            try await database.sql("CREATE SCHEMA beside")
            let options = ["PGOPTIONS": "-c search_path=beside"]
            var environment = TestProcess.plainEnvironment
            environment.merge(StoreAddress.variables(database.url)) { $1 }
            environment.merge(options) { $1 }
            let migrate = try TestProcess(try Programs.path("ix-worker"), ["migrate"], environment: environment)
            #expect(try await migrate.exitStatus() == .code(0))
            let daemon = try await TestDaemon.ready(database.url, environment: options)
            #expect(try await database.sql("SELECT count(*) FROM beside.ix_daemons")[0][0] == "1")
            #expect(try await database.sql("SELECT count(*) FROM ix_daemons")[0][0] == "0")
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `a second daemon of the same instance on a host is refused with 78`() async throws {
        try await TestDatabase.with { database in
            let first = try await TestDaemon.ready(database.url)
            let second = try TestDaemon(database.url, state: first.state)
            #expect(try await second.process.exitStatus() == .code(78))
            let third = try await TestDaemon.ready(database.url, state: first.state, set: ["worker.instance=other"])
            #expect(try await third.terminate() == .code(0))
            #expect(try await first.terminate() == .code(0))
        }
    }
}
