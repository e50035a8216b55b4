import FoundationEssentials
import Glibc
import IXCore
import IXTestSupport
import Testing

/// `ixctl schedule` on both stores, and `[schedules.NAME]` of a running daemon's file.
@Suite(.timeLimit(.minutes(3))) struct CtlScheduleTests {
    @Test func `an operator makes, pauses, fires and removes a schedule of the file`() async throws {
        try await TestFile.with { file in try await operate(file.path) }
    }

    @Test(.needsPostgres) func `an operator makes, pauses, fires and removes a schedule of PostgreSQL`() async throws {
        try await TestDatabase.with { db in try await operate(db.url) }
    }

    private func operate(_ url: String) async throws {
        func run(_ arguments: String...) async throws -> TestCtl.Said {
            try await TestCtl.run(url, ["schedule"] + arguments)
        }
        let set = try await run(
            "set", "nightly", "echo", "--cron", "30 2 * * *", "--time-zone", "Europe/Berlin", "--overlap", "skip")
        #expect(set.objects.first?["version"]?.text == "1" && set.exit == .code(0), "\(set.text)")
        let dry = try await run("set", "feed", "echo", "--every", "15m", "--dry-run")
        #expect(dry.text.contains("\"every_seconds\":900") && dry.text.contains("LOCAL (UTC)"), "\(dry.text)")
        let wrong = try await run("set", "feed", "echo", "--cron", "0 0 30 2 *")
        #expect(wrong.exit == .code(64) && wrong.text.contains("cron: never fires"), "\(wrong.text)")
        let list = try await run("list")
        #expect(list.text.contains("30 2 * * * Europe/Berlin") && !list.text.contains("feed"), "\(list.text)")
        let next = try await run("next", "nightly", "--from", "2026-03-28T12:00Z", "--count", "2")
        #expect(next.text.contains("2026-03-29T03:00:00+02:00  2026-03-29T01:00:00Z"), "\(next.text)")
        let free = try await run("next", "--cron", "0 12 * * *", "--from", "2026-03-28", "--count", "1", "--json")
        #expect(free.text.contains("\"at\":\"2026-03-28T12:00:00.000000Z\""), "\(free.text)")
        #expect(try await run("pause", "nightly").text.contains("schedule nightly is paused"))
        #expect(try await run("pause", "nightly").text.contains("was paused before"))
        #expect(try await run("list").text.contains("paused"))
        let fired = try await run("fire", "nightly")
        let id = String(fired.text.prefix { $0 != "\n" })
        #expect(try await TestCtl.run(url, ["get", id]).text.contains("nightly@now-"), "\(fired.text)")
        #expect(try await run("resume", "nightly").text.contains("schedule nightly is on"))
        #expect(try await run("get", "nightly").objects.first?["last_job"]?.string == id)
        #expect(try await run("remove", "nightly").text.contains("schedule nightly is removed"))
        for action in ["remove", "pause", "fire", "get", "next"] {
            let none = try await run(action, "nightly")
            #expect(none.exit == .code(1) && none.text.contains("there is no schedule nightly"), "\(none.text)")
        }
        let forged = try await TestCtl.run(url, ["enqueue", "echo", "--client-id", "schedule"])
        #expect(forged.exit == .code(64) && forged.text.contains("client_id: schedule is kept"), "\(forged.text)")
    }

    @Test func `a daemon of the file fires a schedule of its configuration, and the rest is told`() async throws {
        try await TestFile.with { file in try await configure(file.path) }
    }

    @Test(.needsPostgres) func `a daemon of PostgreSQL fires a schedule of its configuration, and the rest is told`()
        async throws
    {
        try await TestDatabase.with { db in try await configure(db.url) }
    }

    private func configure(_ url: String) async throws {
        let daemon = try await TestDaemon.ready(
            url,
            toml: """
                [schedules.tick]
                use_case = "echo"
                every_seconds = 1
                [schedules.zoned]
                use_case = "echo"
                cron = "@daily"
                time_zone = "Europe/Berlim"
                """)
        let file = daemon.state + "/ix-worker.toml"
        // An unknown zone stops this schedule alone.
        try await daemon.process.waitForLine(
            containing: "schedule zoned is paused: time_zone: Europe/Berlim is unknown")
        #expect(try await TestCtl.run(url, ["schedule", "list"]).text.contains("halted"))
        let stats = try await TestCtl.run(url, ["stats"]).text
        #expect(stats.contains("schedules: 1 on, 1 halted"), "\(stats)")
        #expect(stats.contains("! 1 schedules are halted"), "\(stats)")
        try await daemon.process.waitForLine(containing: "schedules.tick of \(file)")
        let refused = try await TestCtl.run(url, ["schedule", "set", "tick", "echo", "--every", "5s"])
        #expect(refused.text.contains("schedules.tick is set by \(file) of host "), "\(refused.text)")
        let isDone = try await eventually {
            let list = try await TestCtl.run(url, ["list", "--schedule", "tick", "--status", "done", "--json"])
            return list.text.contains("tick@")
        }
        #expect(isDone)
        // A schedule that another process makes fires, too.
        _ = try await TestCtl.run(url, ["schedule", "set", "other", "echo", "--every", "1s"])
        let isFired = try await eventually {
            try await TestCtl.run(url, ["schedule", "get", "other"]).objects.first?["last_job"]?.string != nil
        }
        #expect(isFired)
        try "[log]\nlevel = \"info\"\n".write(to: URL(filePath: file))
        daemon.process.signal(SIGHUP)
        try await daemon.process.waitForLine(containing: "schedules.tick has left \(file)")
        let dry = try await TestCtl.run(url, ["resubmit", "--status", "done", "--schedule", "other", "--dry-run"])
        #expect(dry.exit == .code(0) && dry.text.contains("would be resubmitted"), "\(dry.text)")
        #expect(try await TestCtl.run(url, ["schedule", "remove", "tick"]).exit == .code(0))
        #expect(try await daemon.terminate() == .code(0))
    }
}
