import FoundationEssentials
import Glibc
import IXCore
import IXTestSupport
import Testing

/// Warm processes, services and limits, through daemon and database.
@Suite(.needsPostgres, .timeLimit(.minutes(3)))
struct WarmJobTests {
    private static let folder =
        URL(filePath: #filePath).deletingLastPathComponent().path + "/../../Config/pipelines"

    private let warm = """
        [pipelines.warm]
        kind = "worker"
        command = ["python3", "\(Self.folder)/client/echo.py"]
        """

    @Test func `jobs run on warm processes, no more than there are workers, and none is left after the stop`()
        async throws
    {
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(database.url, set: ["worker.count=2"], toml: warm)
            try await database.sql(
                """
                SELECT count(*) FROM generate_series(1, 200) n,
                LATERAL ix_enqueue(jsonb_build_object('context', n), use_case => 'warm', client_id => 'c', request_id => n::text)
                """)
            try await database.wait(until: "(SELECT count(*) FROM ix_jobs WHERE status = 'done') = 200")
            #expect(try await database.count("(response->'context')::int = request_id::int") == 200)
            let children = try Self.children(of: daemon.process.pid)
            #expect(children.count <= 2 && !children.isEmpty)
            #expect(try await daemon.terminate() == .code(0))
            #expect(!children.contains(where: Self.isAlive))
        }
    }

    @Test func `a reload keeps the warm processes of a pipeline that stays as it is`() async throws {
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(database.url, set: ["worker.count=1"], toml: warm)
            let first = try await database.enqueue("warm")
            try await database.wait(first, until: "status = 'done'")
            let children = try Self.children(of: daemon.process.pid)
            try (warm + "\n[pipelines.more]\nkind = \"echo\"\n").write(
                to: URL(filePath: daemon.state + "/ix-worker.toml"))
            daemon.process.signal(SIGHUP)
            try await daemon.process.waitForLine(containing: "the configuration is read")
            let second = try await database.enqueue("warm")
            try await database.wait(second, until: "status = 'done'")
            #expect(try Self.children(of: daemon.process.pid) == children)
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `killing the daemon leaves no warm process once it starts again`() async throws {
        try await TestDatabase.with { database in
            let stubborn = """
                [pipelines.warm]
                kind = "worker"
                command = ["python3", "-c", '''
                import sys, time
                print('{"ready":{"protocol":1}}', flush=True)
                sys.stdin.readline()
                time.sleep(1000)
                ''']
                """
            let daemon = try await TestDaemon.ready(database.url, toml: stubborn)
            let job = try await database.enqueue("warm")
            try await database.wait(job, until: "status = 'running'")
            _ = try await eventually { try !Self.children(of: daemon.process.pid).isEmpty }
            let children = try Self.children(of: daemon.process.pid)
            daemon.process.signal(SIGKILL)
            _ = try await daemon.process.exitStatus()
            let next = try await TestDaemon.ready(database.url, state: daemon.state, toml: stubborn)
            #expect(!children.contains(where: Self.isAlive))
            next.process.signal(SIGTERM)
            next.process.signal(SIGTERM)
            _ = try await next.process.exitStatus(within: .seconds(40))
        }
    }

    /// A program that tells from when to when it ran.
    private static let timed = #"""
        kind = "exec"
        command = ["sh", "-c", 'a=$(date +%s%N); sleep 0.4; echo "{\"a\":$a,\"b\":$(date +%s%N)}"']

        """#

    /// How many of those ran at the same time at most.
    private func sideBySide(_ database: TestDatabase) async throws -> String? {
        try await database.sql(
            """
            WITH runs AS (SELECT (response->>'a')::numeric AS a, (response->>'b')::numeric AS b FROM ix_jobs WHERE response ? 'a')
            SELECT max((SELECT count(*) FROM runs o WHERE o.a <= r.a AND o.b > r.a)) FROM runs r
            """)[0][0]
    }

    @Test func `a pipeline has no more jobs than its concurrency, and the others go on`() async throws {
        try await TestDatabase.with { database in
            let toml = "[pipelines.narrow]\n" + Self.timed + "concurrency = 2\n"
            let daemon = try await TestDaemon.ready(database.url, set: ["worker.count=8"], toml: toml)
            for _ in 0..<10 { _ = try await database.enqueue("narrow") }
            let other = try await database.enqueue("echo")
            try await database.wait(other, until: "status = 'done'", within: .seconds(5))
            try await database.wait(until: "(SELECT count(*) FROM ix_jobs WHERE status = 'done') = 11")
            #expect(try await sideBySide(database) == "2")
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `the default pipeline's concurrency holds for all use cases it serves`() async throws {
        try await TestDatabase.with { database in
            let toml = "[pipelines.default]\n" + Self.timed + "concurrency = 1\n"
            let daemon = try await TestDaemon.ready(database.url, set: ["worker.count=4"], toml: toml)
            for useCase in ["a", "b", "c", "a"] { _ = try await database.enqueue(useCase) }
            let other = try await database.enqueue("echo")
            try await database.wait(other, until: "status = 'done'", within: .seconds(5))
            try await database.wait(until: "(SELECT count(*) FROM ix_jobs WHERE status = 'done') = 5")
            #expect(try await sideBySide(database) == "1")
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `a pipeline that can't be run stops taking jobs, says so, and goes on when it is mended`() async throws {
        try await TestDatabase.with { database in
            let broken = "[pipelines.it]\nkind = \"exec\"\ncommand = [\"/nowhere/program\"]\n"
            let daemon = try await TestDaemon.ready(
                database.url, set: ["worker.count=2", "worker.heartbeat_seconds=1", "worker.lease_seconds=5"],
                toml: broken)
            var jobs: [String] = []
            for _ in 0..<6 { jobs.append(try await database.enqueue("it")) }
            try await daemon.process.waitForLine(containing: " takes no jobs for now")
            let stats = try await TestCtl.run(database.url, ["stats"])
            #expect(stats.text.contains("! pipeline it takes no jobs on "), "\(stats.text)")
            #expect(try await database.count("max_attempts - attempts = 3") == 6)
            let echo = try await database.enqueue("echo")
            try await database.wait(echo, until: "status = 'done'")
            try "[pipelines.it]\nkind = \"echo\"\n".write(to: URL(filePath: daemon.state + "/ix-worker.toml"))
            daemon.process.signal(SIGHUP)
            try await database.wait(until: "(SELECT count(*) FROM ix_jobs WHERE status = 'done') = 7")
            try await database.wait(until: "NOT EXISTS (SELECT 1 FROM ix_daemons WHERE open_breakers IS NOT NULL)")
            #expect(
                try await database.sql("SELECT min(outcome), max(outcome) FROM ix_attempts")[0] == [
                    "unstarted", "unstarted",
                ])
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `with breaker_failures = 0 a program that can't be started is paused too, and leaves a count`()
        async throws
    {
        try await TestDatabase.with { database in
            let toml = "[pipelines.it]\nkind = \"exec\"\ncommand = [\"/nowhere/program\"]\nbreaker_failures = 0\n"
            let daemon = try await TestDaemon.ready(database.url, toml: toml)
            let job = try await database.enqueue("it")
            try await daemon.process.waitForLine(containing: " takes no jobs for now")
            try await database.wait(job, until: "attempts = 5 AND max_attempts = 8")
            #expect(
                try await database.sql("SELECT attempt, starts, outcome FROM ix_attempts") == [["5", "5", "unstarted"]])
            let told = try await TestCtl.run(database.url, ["get", job])
            #expect(told.text.contains("attempts 1 to 5 on daemon"), "\(told.text)")
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `progress and log are seen while the job runs, and the log stays with the attempt`() async throws {
        try await TestDatabase.with { database in
            let toml = """
                [pipelines.it]
                kind = "exec"
                command = ["sh", "-c", '''
                echo '{"progress":0.25,"message":"page 1 of 4"}' >> "$IX_CONTROL"
                echo first line >&2
                while ! [ -e "$GATE" ]; do sleep 0.05; done
                echo last line >&2
                echo '{}'
                ''']
                environment = { GATE = "GATE_PATH" }
                """
            let gate = try Scratch.directory() + "/open"
            let daemon = try await TestDaemon.ready(
                database.url, toml: toml.split(separator: "GATE_PATH").joined(separator: gate))
            let job = try await database.enqueue("it")
            try await database.wait(
                until: "EXISTS (SELECT 1 FROM ix_progress WHERE fraction = 0.25 AND log_tail <> '')")
            let seen = try await TestCtl.run(database.url, ["get", job])
            #expect(seen.text.contains("25 %") && seen.text.contains("page 1 of 4"), "\(seen.text)")
            let json = try await TestCtl.run(database.url, ["get", job, "--json"])
            #expect(json.objects.first?["ix_progress"]?.object?["fraction"]?.number == 0.25)
            #expect(try await TestCtl.run(database.url, ["logs", job]).text.contains("first line"))
            let follower = try TestCtl.start(database.url, ["logs", job, "--follow"])
            let watcher = try TestCtl.start(database.url, ["get", job, "--follow"])
            try await follower.waitForLine(containing: "first line")
            try await watcher.waitForLine(containing: "page 1 of 4")
            try "".write(to: URL(filePath: gate))
            #expect(try await follower.exitStatus() == .code(0))
            #expect(try await watcher.exitStatus() == .code(0))
            #expect(follower.lines.filter { !$0.hasPrefix("==") } == ["first line", "last line"])
            #expect(watcher.lines.contains { $0.hasPrefix("job \(job)  done") })
            #expect(try await database.sql("SELECT count(*) FROM ix_progress")[0][0] == "0")
            #expect(try await TestCtl.run(database.url, ["logs", job]).lines.contains("last line"))
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `enqueue --wait shows progress as a bar on a terminal`() async throws {
        try await TestDatabase.with { database in
            let toml = """
                [pipelines.it]
                kind = "exec"
                command = ["sh", "-c", '''
                echo '{"progress":0.5,"message":"half"}' >> "$IX_CONTROL"; sleep 2.5; echo '{}'
                ''']
                """
            let daemon = try await TestDaemon.ready(database.url, toml: toml)
            let terminal = try TestCtl.onTerminal(database.url, columns: 100, rows: 24, ["enqueue", "it", "--wait"])
            #expect(try await terminal.exitStatus(within: .seconds(30)) == .code(0))
            let text = terminal.lines.joined(separator: "\n")
            #expect(text.contains("████████████░░░░░░░░░░░░  50 %  half"), "\(text)")
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `a chat endpoint answers through an http pipeline, and a busy one later`() async throws {
        let service = try TestProcess("/usr/bin/python3", [Self.folder + "/chat/stand_in.py", "0"])
        try await service.waitForLine(containing: "")
        let port = try #require(service.lines.first)
        let sample = try String(contentsOfFile: Self.folder + "/chat/chat.toml", encoding: .utf8)
        let toml = sample.split(separator: "127.0.0.1:8080").joined(separator: "127.0.0.1:\(port)")
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(database.url, toml: toml)
            func chat(_ text: String) async throws -> String {
                let fields =
                    #"{"context":{"chat":{"model":"small","messages":[{"role":"user","content":"\#(text)"}]}}}"#
                return try await database.enqueue("chat", fields: fields)
            }
            let hello = try await chat("Hello")
            try await database.wait(hello, until: "status = 'done'")
            #expect(try await database.job(hello, "response#>>'{chat,choices,0,message,content}'") == "olleH")
            let busy = try await chat("busy")
            try await database.wait(
                busy, until: "attempts = 1 AND status = 'pending' AND run_at > now() - interval '1 second'")
            let bad = try await database.enqueue("chat", fields: #"{"context":{"chat":{"model":"small"}}}"#)
            try await database.wait(bad, until: "status = 'error'")
            #expect(try await database.job(bad, "response#>>'{error,code}'") == "pipeline_discarded")
            #expect(try await database.job(bad, "response#>>'{error,detail}'")?.contains("messages is missing") == true)
            #expect(try await daemon.terminate() == .code(0))
        }
        service.signal(SIGKILL)
    }

    /// Returns true for a process that has neither ended nor become a zombie.
    static func isAlive(_ pid: pid_t) -> Bool {
        // ignored: one that is gone has no file
        let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        return stat.map { !$0.contains(") Z ") } ?? false
    }

    static func children(of parent: pid_t) throws -> [pid_t] {
        let text = try String(contentsOfFile: "/proc/\(parent)/task/\(parent)/children", encoding: .utf8)
        let tasks = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(parent)/task")
        let all = tasks.map { task in
            // ignored: a thread may have ended meanwhile
            (try? String(contentsOfFile: "/proc/\(parent)/task/\(task)/children", encoding: .utf8)) ?? ""
        }
        return Set((all + [text]).flatMap { $0.split(separator: " ").compactMap { pid_t($0) } }).sorted()
    }
}
