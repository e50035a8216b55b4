import FoundationEssentials
import Glibc
import IXCore
import IXTestSupport
import Testing

/// `[queues.NAME]` of a running daemon's file.
@Suite(.timeLimit(.minutes(3))) struct QueueFileTests {
    @Test func `a daemon of the file enters its queues at the start and on HUP`() async throws {
        try await TestFile.with { file in try await operate(file.path) }
    }

    @Test(.needsPostgres) func `a daemon of PostgreSQL enters its queues at the start and on HUP`() async throws {
        try await TestDatabase.with { db in
            try await operate(db.url)
            let refused = await #expect(throws: SQLFailure.self) {
                try await db.sql("SELECT ix_set_queue('echo', '{\"group_concurrency\": 1}')")
            }
            #expect(
                refused?.state == "22023"
                    && refused?.message.contains("queues.echo.group_concurrency is set by") == true)
        }
    }

    private func operate(_ url: String) async throws {
        let daemon = try await TestDaemon.ready(
            url, toml: "[queues.echo]\nconcurrency = 3\n")
        try await daemon.process.waitForLine(containing: "queues.echo.concurrency is 3, by the configuration")
        let file = daemon.state + "/ix-worker.toml"
        let refused = try await TestCtl.run(url, ["queue", "set", "echo", "concurrency=4"])
        #expect(refused.text.contains("queues.echo.concurrency is set by \(file) of host "), "\(refused.text)")
        #expect(refused.exit == .code(64) || refused.exit == .code(1), "\(refused.exit)")
        let free = try await TestCtl.run(url, ["queue", "set", "echo", "burst=2"])
        #expect(free.objects.first?["file_keys"]?.object?.names == ["concurrency"], "\(free.text)")
        try "[queues.echo]\ngroup_concurrency = 2\n".write(to: URL(filePath: file))
        daemon.process.signal(SIGHUP)
        try await daemon.process.waitForLine(containing: "the configuration is read")
        let lines = daemon.process.lines.joined(separator: "\n")
        #expect(lines.contains("queues.echo.concurrency has left") && lines.contains("keeps the value 3"), "\(lines)")
        #expect(lines.contains("queues.echo.group_concurrency is 2"), "\(lines)")
        let set = try await TestCtl.run(url, ["queue", "set", "echo", "concurrency=4"])
        #expect(set.objects.first?["concurrency"]?.text == "4", "\(set.text)")
        #expect(try await daemon.terminate() == .code(0))
    }

    @Test(.needsPostgres) func `the later of two daemons wins, and its log names both files`() async throws {
        try await TestDatabase.with { db in
            let first = try await TestDaemon.ready(
                db.url, set: ["worker.instance=first"], toml: "[queues.echo]\nconcurrency = 3\n")
            let second = try await TestDaemon.ready(
                db.url, set: ["worker.instance=second"], toml: "[queues.echo]\nconcurrency = 5\n")
            let line = try await second.process.waitForLine(containing: "queues.echo.concurrency is 5")
            #expect(line.contains(first.state) && line.contains(second.state) && line.contains("it was 3"), "\(line)")
            #expect(try await db.sql("SELECT concurrency FROM ix_queues") == [["5"]])
            #expect(try await first.terminate() == .code(0))
            #expect(try await second.terminate() == .code(0))
        }
    }
}
