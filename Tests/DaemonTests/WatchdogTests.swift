import FoundationEssentials
import IXTestSupport
import Testing

/// One second of watchdog: it is fed three times in it.
@Suite(.needsPostgres, .timeLimit(.minutes(3)))
struct WatchdogTests {
    private static let quick = [
        "postgres.connect_timeout_seconds=0.5", "postgres.call_timeout_seconds=0.5", "worker.poll_seconds=0.2",
    ]

    private func variables(_ socket: NotifySocket) -> [String: String] {
        ["NOTIFY_SOCKET": socket.path, "WATCHDOG_USEC": "1000000"]
    }

    @Test func `it starves while the claim loop is wedged, and is fed again when that moves`() async throws {
        let folder = try Scratch.directory()
        let library = folder + "/wedge.so"
        let source = URL(filePath: #filePath).deletingLastPathComponent().path + "/wedge.c"
        let compiler = try TestProcess("/usr/bin/env", ["clang", "-shared", "-fPIC", "-o", library, source])
        #expect(try await compiler.exitStatus(within: .seconds(60)) == .code(0))
        try await TestDatabase.with { database in
            let socket = try NotifySocket(folder + "/notify")
            var environment = variables(socket)
            environment["LD_PRELOAD"] = Environment.preloading(library)
            environment["IX_TEST_WEDGE"] = folder + "/wedge"
            let daemon = try await TestDaemon.ready(database.url, set: Self.quick, environment: environment)
            try await socket.wait(forMore: 3, of: "WATCHDOG=1", within: .seconds(20))
            try "".write(to: URL(filePath: folder + "/wedge"))
            _ = try await database.enqueue("echo")
            let said = try await daemon.process.waitForLine(containing: "daemon stalled", within: .seconds(60))
            #expect(said.contains("worker ") && said.contains("claiming"))
            #expect(await socket.staysSilent(about: "WATCHDOG=1", for: .seconds(2)))
            try FileManager.default.removeItem(atPath: folder + "/wedge")
            try await daemon.process.waitForLine(containing: "daemon no longer stalled")
            try await socket.wait(forMore: 3, of: "WATCHDOG=1", within: .seconds(20))
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `it is fed while only the database is away`() async throws {
        let cluster = try await PrivateCluster()
        try await TestDatabase.with(on: cluster.url) { database in
            let socket = try NotifySocket(try Scratch.directory() + "/notify")
            let daemon = try await TestDaemon.ready(database.url, set: Self.quick, environment: variables(socket))
            try await cluster.stop()
            try await daemon.process.waitForLine(containing: "the store does not answer")
            // Longer than any step may take: 11 s at these settings.
            try await socket.wait(forMore: 45, of: "WATCHDOG=1", within: .seconds(40))
            #expect(!daemon.process.lines.contains { $0.contains("daemon stalled") })
            try await cluster.start()
            try await daemon.process.waitForLine(containing: "the store answers again", within: .seconds(40))
            #expect(try await daemon.terminate() == .code(0))
        }
        try await cluster.remove()
    }

    @Test func `it is fed while every worker runs a long job`() async throws {
        try await TestDatabase.with { database in
            let socket = try NotifySocket(try Scratch.directory() + "/notify")
            let daemon = try await TestDaemon.ready(
                database.url, set: Self.quick + ["worker.count=1", "worker.grace_seconds=0"],
                environment: variables(socket))
            let job = try await database.enqueue("sleep", fields: #"{"options":{"seconds":600}}"#)
            try await database.wait(job, until: "status = 'running'")
            try await socket.wait(forMore: 45, of: "WATCHDOG=1", within: .seconds(40))
            #expect(!daemon.process.lines.contains { $0.contains("daemon stalled") })
            #expect(try await daemon.terminate() == .code(0))
        }
    }
}
