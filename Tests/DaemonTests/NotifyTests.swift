import Glibc
import IXTestSupport
import Testing

@Suite(.needsPostgres, .timeLimit(.minutes(3)))
struct NotifyTests {
    /// A daemon that is told where to notify, with a socket of its own.
    private func start(
        _ url: String, set: [String] = [], environment: [String: String] = [:]
    ) throws -> (TestDaemon, NotifySocket) {
        let socket = try NotifySocket(try Scratch.directory() + "/notify")
        var variables = environment
        variables["NOTIFY_SOCKET"] = socket.path
        return (try TestDaemon(url, set: set, environment: variables), socket)
    }

    @Test func `READY comes once, after the sweep, and jobs are claimed from then on`() async throws {
        try await TestDatabase.with { database in
            let (daemon, socket) = try start(database.url)
            try await socket.wait(for: "READY=1")
            let job = try await database.enqueue("echo")
            try await database.wait(job, until: "status = 'done'")
            #expect(try await daemon.terminate() == .code(0))
            try await socket.wait(for: "STATUS=Stopped")
            let messages = socket.messages
            let order = ["STATUS=Connecting", "STATUS=Sweeping", "READY=1|STATUS=Ready", "STOPPING=1|STATUS=Draining"]
            let found = order.map { text in messages.firstIndex { $0.hasPrefix(text) } }
            #expect(found.allSatisfy { $0 != nil } && found.compactMap { $0 } == found.compactMap { $0 }.sorted())
            #expect(messages.count { $0.contains("READY=1") } == 1)
            #expect(messages.last == "STATUS=Stopped")
        }
    }

    @Test func `while the database is away READY is withheld, the status says why, and more time is asked for`()
        async throws
    {
        let (daemon, socket) = try start("postgresql:///nowhere?host=/nonexistent")
        let status = try await socket.wait(for: "STATUS=Waiting for the database: ")
        #expect(status.contains("/nonexistent"))
        try await socket.wait(forMore: 3, of: "EXTEND_TIMEOUT_USEC=", from: 0, within: .seconds(40))
        #expect(!socket.messages.contains { $0.contains("READY=1") })
        #expect(try await daemon.terminate() == .code(0))
    }

    @Test func `a start that found no database goes on by itself when it comes`() async throws {
        let cluster = try await PrivateCluster()
        try await TestDatabase.with(on: cluster.url) { database in
            try await cluster.stop()
            let (daemon, socket) = try start(database.url)
            try await socket.wait(for: "STATUS=Waiting for the database: ")
            try await cluster.start()
            try await socket.wait(for: "READY=1", within: .seconds(40))
            #expect(try await daemon.terminate() == .code(0))
        }
        try await cluster.remove()
    }

    @Test func `a start that has waited long enough lets the manager go on, and is ready all the same when it can`()
        async throws
    {
        let cluster = try await PrivateCluster()
        try await TestDatabase.with(on: cluster.url) { database in
            try await cluster.stop()
            let (daemon, socket) = try start(
                database.url, set: ["worker.start_seconds=1"], environment: ["WATCHDOG_USEC": "900000"])
            try await socket.wait(for: "READY=1|STATUS=Waiting for the database: ")
            let before = socket.messages.count
            try await socket.wait(forMore: 3, of: "WATCHDOG=1", from: before, within: .seconds(40))
            try await cluster.start()
            try await socket.wait(for: "READY=1|STATUS=Ready: ", from: before, within: .seconds(40))
            #expect(try await daemon.terminate() == .code(0))
        }
        try await cluster.remove()
    }

    @Test(arguments: [("user", "ix_nobody_of_that_name", 77), ("dbname", "ix_no_such_database", 78)])
    func `a first start with a role or a database that doesn't exist ends after its time, and says which`(
        _ key: String, _ name: String, _ exit: Int32
    ) async throws {
        try await TestDatabase.with { database in
            let url = try database.address.url([key: name])
            let daemon = try TestDaemon(url, set: ["worker.start_seconds=1"])
            #expect(try await daemon.process.exitStatus(within: .seconds(40)) == .code(exit))
            #expect(daemon.process.lines.contains { $0.contains(name) && $0.contains("does not exist") })
        }
    }

    @Test func `an instance that was ready on its address waits for the role to come back`() async throws {
        try await TestDatabase.with { database in
            let role = "ix_test_back_\(UInt32.random(in: 0...UInt32.max))"
            try await database.sql("CREATE ROLE \(role) LOGIN SUPERUSER")
            let url = try database.address.url(["user": role])
            let first = try await TestDaemon.ready(url)
            #expect(try await first.terminate() == .code(0))
            try await database.sql("DROP ROLE \(role)")
            let socket = try NotifySocket(try Scratch.directory() + "/notify")
            let second = try TestDaemon(
                url, state: first.state, set: ["worker.start_seconds=1"], environment: ["NOTIFY_SOCKET": socket.path])
            // A first start would have ended at that.
            try await socket.wait(for: "READY=1|STATUS=Waiting for the database: ")
            try await socket.wait(forMore: 2, of: "STATUS=Waiting for the database: ", within: .seconds(40))
            try await database.sql("CREATE ROLE \(role) LOGIN SUPERUSER")
            try await second.process.waitForLine(containing: " ready ", within: .seconds(30))
            #expect(try await second.terminate() == .code(0))
            try await database.sql("DROP ROLE \(role)")
        }
    }

    @Test func `a database that goes away later is told in the status, and that it is back`() async throws {
        let cluster = try await PrivateCluster()
        try await TestDatabase.with(on: cluster.url) { database in
            let (daemon, socket) = try start(database.url, set: ["worker.poll_seconds=0.2"])
            try await socket.wait(for: "READY=1")
            try await cluster.stop()
            try await socket.wait(for: "STATUS=Waiting for the database: ")
            let before = socket.messages.count
            try await cluster.start()
            try await socket.wait(for: "STATUS=Ready: ", from: before, within: .seconds(40))
            #expect(try await daemon.terminate() == .code(0))
        }
        try await cluster.remove()
    }

    @Test func `a drain asks for time as long as it lasts`() async throws {
        try await TestDatabase.with { database in
            let (daemon, socket) = try start(database.url, set: ["worker.grace_seconds=60"])
            try await socket.wait(for: "READY=1")
            let job = try await database.enqueue("sleep", fields: #"{"options":{"seconds":6}}"#)
            try await database.wait(job, until: "status = 'running'")
            daemon.process.signal(SIGTERM)
            #expect(try await daemon.process.exitStatus(within: .seconds(60)) == .code(0))
            let drained = socket.messages.drop { !$0.contains("STOPPING=1") }
            #expect(drained.count { $0.contains("EXTEND_TIMEOUT_USEC=") } >= 2)
            #expect(try await database.job(job, "status") == "done")
        }
    }

    @Test func `a job's program learns nothing of the manager's socket`() async throws {
        try await TestDatabase.with { database in
            let socket = try NotifySocket(try Scratch.directory() + "/notify")
            let program = #"printf '{"seen":"%s"}' "${NOTIFY_SOCKET:-nothing}""#
            let toml = "[pipelines.peek]\nkind = \"exec\"\ncommand = [\"/bin/sh\", \"-c\", '''\(program)''']\n"
            let daemon = try TestDaemon(database.url, toml: toml, environment: ["NOTIFY_SOCKET": socket.path])
            let job = try await database.enqueue("peek")
            try await database.wait(job, until: "status = 'done'")
            #expect(try await database.job(job, "response->>'seen'") == "nothing")
            #expect(try await daemon.terminate() == .code(0))
        }
    }
}
