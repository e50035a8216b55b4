import FoundationEssentials
import Glibc
import IXTestSupport
import Testing

@Suite(.needsPostgres, .timeLimit(.minutes(3)))
struct ReloadTests {
    private func rewrite(_ daemon: TestDaemon, _ toml: String) throws {
        try toml.write(to: URL(filePath: daemon.state + "/ix-worker.toml"))
        daemon.process.signal(SIGHUP)
    }

    @Test func `HUP takes pipelines, times and the log level on while jobs run`() async throws {
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(database.url, toml: "[worker]\npoll_seconds = 3600\n")
            let running = try await database.enqueue("sleep", fields: #"{"options":{"seconds":2}}"#)
            try await database.wait(running, until: "status = 'running'")
            try rewrite(
                daemon, "[worker]\npoll_seconds = 0.1\n[pipelines.fresh]\nkind = \"echo\"\n[log]\nlevel = \"debug\"\n")
            let said = try await daemon.process.waitForLine(containing: "the configuration is read")
            #expect(said.contains("worker.poll_seconds, log.level, pipelines.fresh"))
            let job = try await database.enqueue("fresh")
            try await database.wait(job, until: "status = 'done'")
            // No notification tells of this one.
            try await database.sql(
                """
                INSERT INTO ix_jobs (job_id, ix_id, client_id, request_id, status, request)
                VALUES (gen_random_uuid(), 'a', 'old', 'r', 'pending', '{"use_case": "fresh"}')
                """)
            try await database.wait(until: "EXISTS (SELECT 1 FROM ix_jobs WHERE client_id = 'old' AND status = 'done')")
            try await database.wait(running, until: "status = 'done'")
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `HUP changes the number of workers, and no running job notices`() async throws {
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(database.url, toml: "[worker]\ncount = 1\n")
            let long = #"{"options":{"seconds":600}}"#
            var jobs: [String] = []
            for _ in 0..<3 { jobs.append(try await database.enqueue("sleep", fields: long)) }
            try await database.wait(jobs[0], until: "status = 'running'")
            try rewrite(daemon, "[worker]\ncount = 3\n")
            for job in jobs { try await database.wait(job, until: "status = 'running'") }
            try rewrite(daemon, "[worker]\ncount = 1\n")
            let reread = { daemon.process.lines.count { $0.contains("the configuration is read") } == 2 }
            #expect(try await eventually(within: .seconds(30)) { reread() })
            #expect(try await database.sql("SELECT count(*) FROM ix_jobs WHERE status = 'running'") == [["3"]])
            for job in jobs { try await database.sql("SELECT ix_cancel('\(job)')") }
            try await database.wait(until: "NOT EXISTS (SELECT 1 FROM ix_jobs WHERE status <> 'error')")
            // The daemon still takes jobs, one at a time.
            let next = try await database.enqueue("echo")
            try await database.wait(next, until: "status = 'done'")
            daemon.process.signal(SIGUSR1)
            let said = try await daemon.process.waitForLine(containing: "state of the daemon")
            #expect(said.contains("workers=1"))
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `a bad file changes nothing and says why, with file, line and key`() async throws {
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(database.url, toml: "[pipelines.kept]\nkind = \"echo\"\n")
            try rewrite(daemon, "[worker]\ncuont = 3\npoll_seconds = -1\n")
            let first = try await daemon.process.waitForLine(containing: "worker.cuont")
            #expect(
                first.contains("nothing changed") && first.contains("ix-worker.toml:2")
                    && first.contains("worker.count"))
            try await daemon.process.waitForLine(containing: "worker.poll_seconds")
            let job = try await database.enqueue("kept")
            try await database.wait(job, until: "status = 'done'")
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `a pipeline that can't be built changes nothing either`() async throws {
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(database.url, toml: "[pipelines.kept]\nkind = \"echo\"\n")
            try rewrite(daemon, "[pipelines.broken]\nkind = \"exec\"\ncommand = []\n")
            try await daemon.process.waitForLine(containing: "nothing changed")
            let job = try await database.enqueue("kept")
            try await database.wait(job, until: "status = 'done'")
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `what needs a restart is named, each time, until there was one`() async throws {
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(database.url)
            for _ in 1...2 {
                let seen = daemon.process.lines.count
                try rewrite(daemon, "[worker]\nbatch = 9\n")
                let said = try await daemon.process.waitForLine(containing: "wait for a restart", from: seen)
                #expect(said.contains("worker.batch"))
            }
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `the manager sees RELOADING with the monotonic time, then READY`() async throws {
        try await TestDatabase.with { database in
            let socket = try NotifySocket(try Scratch.directory() + "/notify")
            let daemon = try await TestDaemon.ready(database.url, environment: ["NOTIFY_SOCKET": socket.path])
            try await socket.wait(for: "READY=1")
            let before = socket.messages.count
            daemon.process.signal(SIGHUP)
            let reloading = try await socket.wait(for: "RELOADING=1", from: before)
            let microseconds = try #require(Int(reloading.split(separator: "=").last ?? ""))
            var now = timespec()
            clock_gettime(CLOCK_MONOTONIC, &now)
            #expect((now.tv_sec * 1_000_000 - 60_000_000...now.tv_sec * 1_000_000 + 1_000_000).contains(microseconds))
            try await socket.wait(for: "READY=1", from: before)
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `HUP before the database is there neither ends the daemon nor makes it ready`() async throws {
        let socket = try NotifySocket(try Scratch.directory() + "/notify")
        let daemon = try TestDaemon(
            "postgresql:///nowhere?host=/nonexistent", environment: ["NOTIFY_SOCKET": socket.path])
        try await daemon.process.waitForLine(containing: "waiting for the database")
        daemon.process.signal(SIGHUP)
        try await daemon.process.waitForLine(containing: "the configuration is read")
        #expect(try await daemon.terminate() == .code(0))
        #expect(!socket.messages.contains { $0.contains("READY=1") || $0.contains("RELOADING=1") })
    }

    @Test func `USR1 logs what every worker does`() async throws {
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(database.url, set: ["worker.count=3", "worker.grace_seconds=0"])
            let job = try await database.enqueue("sleep", fields: #"{"options":{"seconds":600}}"#)
            try await daemon.process.waitForLine(containing: ") claimed")
            daemon.process.signal(SIGUSR1)
            try await daemon.process.waitForLine(containing: "number=3")
            let said = daemon.process.lines
            #expect(said.contains { $0.contains("state of the daemon") && $0.contains("busy=1") })
            #expect(said.count { $0.contains("state of a worker") } == 3)
            #expect(said.contains { $0.contains("work=running") && $0.contains(job) && $0.contains("use_case=sleep") })
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    private func ask(_ daemon: TestDaemon) async throws -> (TestProcess.Exit, String) {
        let command = try TestProcess(
            try Programs.path("ix-worker"), ["reload", "\(daemon.process.pid)"],
            environment: TestProcess.plainEnvironment.merging(["IX_WORKER_STATE_DIRECTORY": daemon.state]) { $1 })
        let exit = try await command.exitStatus()
        return (exit, command.lines.joined(separator: "\n"))
    }

    @Test func `the reload command is told whether the configuration was taken on, and what is wrong with it`()
        async throws
    {
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(database.url)
            let file = URL(filePath: daemon.state + "/ix-worker.toml")
            for _ in 1...3 {
                try "[pipelines.fresh]\nkind = \"echo\"\n".write(to: file)
                let taken = try await ask(daemon)
                #expect(taken.0 == .code(0) && taken.1 == "")
                try "[worker]\ncuont = 1\nbatch = -1\n".write(to: file)
                let (exit, said) = try await ask(daemon)
                #expect(exit == .code(78) && said.contains("worker.cuont") && said.contains("worker.batch"), "\(said)")
                #expect(said.contains("the old configuration is in force"))
            }
            let left = try FileManager.default.contentsOfDirectory(atPath: daemon.state)
            #expect(!left.contains { $0.hasPrefix("reload.") })
            #expect(try await daemon.terminate() == .code(0))
            let (exit, said) = try await ask(daemon)
            #expect(exit == .code(69), "\(said)")
        }
    }

    @Test func `a file that comes into conf.d is taken on, and one that goes is given up`() async throws {
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(database.url, toml: "[pipelines.first]\nkind = \"echo\"\n")
            let folder = daemon.state + "/conf.d"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try "[pipelines.added]\nkind = \"echo\"\n".write(to: URL(filePath: folder + "/added.toml"))
            #expect(try await ask(daemon).0 == .code(0))
            let job = try await database.enqueue("added")
            try await database.wait(job, until: "status = 'done'")
            try "[pipelines.first]\nkind = \"echo\"\n".write(to: URL(filePath: folder + "/second.toml"))
            let (exit, said) = try await ask(daemon)
            #expect(exit == .code(78), "\(said)")
            #expect(said.contains("conf.d/second.toml:1: pipelines.first: is already set in "), "\(said)")
            #expect(said.contains("ix-worker.toml:1"), "\(said)")
            for name in ["second", "added"] { try FileManager.default.removeItem(atPath: folder + "/\(name).toml") }
            #expect(try await ask(daemon).0 == .code(0))
            try await daemon.process.waitForLine(containing: "pipelines.added")
            #expect(try await daemon.terminate() == .code(0))
        }
    }
}
