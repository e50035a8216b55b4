import FoundationEssentials
import IXCore
import IXTestSupport
import Testing

@Suite(.timeLimit(.minutes(3)))
struct ConfigCommandTests {
    private struct Said {
        let exit: TestProcess.Exit
        let lines: [String]
        var text: String { lines.joined(separator: "\n") }
    }

    private func worker(
        _ arguments: [String], toml: String = "", environment: [String: String] = [:]
    ) async throws -> Said {
        let file = try Scratch.directory() + "/ix-worker.toml"
        try toml.write(to: URL(filePath: file))
        let process = try TestProcess(
            try Programs.path("ix-worker"), arguments + ["--config", file],
            environment: TestProcess.plainEnvironment.merging(environment) { $1 })
        return Said(exit: try await process.exitStatus(), lines: process.lines)
    }

    @Test func `check-config says that a sound configuration is sound`() async throws {
        let said = try await worker(
            ["check-config"], toml: "[pipelines.a]\nkind = \"echo\"\n",
            environment: ["IX_POSTGRES_URL": "postgresql:///x"])
        #expect(said.exit == .code(0) && said.text.contains("sound") && said.text.contains("a"))
    }

    @Test func `check-config names every fault at once, and exits 78`() async throws {
        let said = try await worker(
            ["check-config"], toml: "[worker]\ncount = 0\n[log]\nlevel = \"loud\"\n",
            environment: ["IX_POSTGRES_URL": "postgresql:///x", "IX_WORKER_POLL_SECONDS": "x"])
        #expect(said.exit == .code(78))
        for part in ["ix-worker.toml:2: worker.count", "ix-worker.toml:4: log.level", "IX_WORKER_POLL_SECONDS"] {
            #expect(said.text.contains(part))
        }
    }

    @Test func `a variable that is no key is warned of by check-config and by the start, but not a cluster's`()
        async throws
    {
        try await TestFile.with { file in
            let variables = [
                "IX_WORKER_CUONT": "8", "IX_WORKER_PORT": "tcp://10.0.0.1:80", "IX_WORKER_SERVICE_HOST": "10.0.0.1",
            ]
            let words = "IX_WORKER_CUONT is no key of the configuration; did you mean IX_WORKER_COUNT?"
            let said = try await worker(
                ["check-config"], environment: variables.merging(["IX_SQLITE_PATH": file.path]) { $1 })
            #expect(said.exit == .code(0) && said.lines.count { $0.contains("is no key") } == 1, "\(said.text)")
            #expect(said.text.contains("warning: " + words))
            let daemon = try await TestDaemon.ready(file.path, environment: variables)
            let told = daemon.process.lines.filter { $0.contains("is no key") }
            #expect(told.count == 1 && told[0].contains(words), "\(told)")
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test(arguments: [
        ("PGDATABASE", "ix\n", "PGDATABASE: holds a line end"),
        ("IX_SQLITE_PATH", ":memory:", "must be the path of a file"),
        ("IX_SQLITE_PATH", "~ada/jobs.db", "write the path of the home directory"),
    ])
    func `check-config and the start refuse with the same words`(
        _ name: String, _ value: String, _ words: String
    ) async throws {
        let kind = name.hasPrefix("PG") ? "postgres" : "sqlite"
        let variables = [name: value, "IX_STORE_KIND": kind, "STATE_DIRECTORY": try Scratch.directory()]
        let checked = try await worker(["check-config"], environment: variables)
        let run = try await worker(["run"], environment: variables)
        #expect(checked.exit == .code(78) && run.exit == .code(78))
        #expect(checked.text.contains(words) && checked.text == run.text, "\(checked.text)\n\(run.text)")
    }

    @Test func `without a word about a database it is the embedded file, and the programs say where`() async throws {
        let state = try Scratch.directory()
        for arguments in [["check-config"], ["migrate"], ["migrate"]] {
            let said = try await worker(arguments, environment: ["STATE_DIRECTORY": state])
            #expect(said.exit == .code(0) && said.text.contains("\(state)/jobs.db"), "\(arguments): \(said.text)")
        }
    }

    @Test func `a file that can't be kept where it is told is refused, exit 78`() async throws {
        for (path, reason) in [("/proc/jobs.db", "/proc"), ("/dev", "directory")] {
            let said = try await worker(["run"], environment: ["IX_SQLITE_PATH": path])
            #expect(said.exit == .code(78) && said.text.contains(reason), "\(path): \(said.text)")
        }
    }

    @Test func `an address that libpq can't read is refused without being shown`() async throws {
        let said = try await worker(
            ["run"], environment: ["IX_POSTGRES_URL": "postgresql://ix:hunter2@[::1/x?sslmode=disable"])
        #expect(said.exit == .code(78) && said.text.contains("postgres.url"))
        #expect(!said.text.contains("hunter2"))
    }

    @Test func `config shows each value, where it came from, and no secret`() async throws {
        let said = try await worker(
            ["config", "--json"], toml: "[worker]\ncount = 3\n",
            environment: ["IX_POSTGRES_URL": "postgresql://ix:hunter2@db/x", "IX_WORKER_POLL_SECONDS": "7"])
        #expect(said.exit == .code(0) && !said.text.contains("hunter2"))
        let entries = try said.lines.map { try JSONDocument(Array($0.utf8), field: "line", limit: 10_000) }
        func entry(_ key: String) -> [String?] {
            let found = entries.first { $0["key"]?.string == key }
            return [found?["value"]?.string, found?["origin"]?.string]
        }
        #expect(entry("postgres.url") == ["*****", "environment IX_POSTGRES_URL"])
        #expect(entry("worker.poll_seconds") == ["7", "environment IX_WORKER_POLL_SECONDS"])
        #expect(entry("worker.count")[0] == "3" && entry("worker.count")[1]?.hasSuffix("ix-worker.toml:2") == true)
        #expect(entry("log.level") == ["info", "default"])
    }

    @Test(arguments: ["ix-worker", "ixctl"])
    func `--version names commit, libraries and schema`(program: String) async throws {
        let process = try TestProcess(try Programs.path(program), ["--version"])
        #expect(try await process.exitStatus() == .code(0))
        let form = #/\d+\.\d+\.\d+ \(commit \w+\+?, libpq \d+\.\d+, SQLite \d+\.\d+\.\d+, schema \d+\)/#
        #expect(try form.wholeMatch(in: process.lines.first ?? "") != nil)
    }

    @Test func `JSON lines tell a job's life under its id`() async throws {
        try await TestDatabase.with { database in
            let daemon = try TestDaemon(database.url, set: ["log.format=json"])
            let job = try await database.enqueue("echo")
            try await daemon.process.waitForLine(containing: "job_done")
            #expect(try await daemon.terminate() == .code(0))
            let lines = try daemon.process.lines.map { try JSONDocument(Array($0.utf8), field: "line", limit: 100_000) }
            let life = lines.filter { $0["job_id"]?.string == job }
            #expect(life.map { $0["event"]?.string } == ["job_claimed", "job_done"])
            #expect(life.allSatisfy { $0["use_case"]?.string == "echo" && $0["client_id"]?.string == "test" })
        }
    }

    @Test(arguments: [
        "\"postgresql://ix:hush@db.example/ix\"", "postgresql://ix:p@hush@127.0.0.1:1/ix", "ix:hush@db/ix",
        "postgresql://ix:hush@127.0.0.1:1/ix?sslmode=disabled",
    ])
    func `no program waits at an address that can't work, or shows any of it`(_ address: String) async throws {
        for arguments in [["run"], ["check-config"], ["doctor"], ["migrate"], ["config"]] {
            let said = try await worker(arguments, environment: ["IX_POSTGRES_URL": address])
            #expect(said.exit == .code(arguments == ["config"] ? 0 : 78), "\(arguments): \(said.text)")
            #expect(!said.text.contains("hush"), "\(arguments): \(said.text)")
        }
        let said = try await TestCtl.run(address, ["stats"])
        #expect(said.exit == .code(78) && !said.text.contains("hush"), "\(said.text)")
    }
}
