import FoundationEssentials
import IXCore
import IXTestSupport
import Testing

@Suite(.needsPostgres, .timeLimit(.minutes(3)))
struct CtlListTests {
    @Test func `a script pages by the cursor of the last line until none comes`() async throws {
        try await TestDatabase.with { database in
            for index in 0..<7 { _ = try await database.enqueue("echo", "\(index)") }
            var (keys, cursor): ([String], String?) = ([], nil)
            while true {
                let next = cursor.map { ["--after", $0] } ?? []
                let page = try await TestCtl.run(database.url, ["list", "--json", "--limit", "3"] + next)
                #expect(page.exit == .code(0) && page.lines.count == page.objects.count)
                keys += page.objects.compactMap { $0["request_id"]?.string }
                guard let last = page.objects.last else { break }
                cursor = last["cursor"]?.string
            }
            #expect(keys == ["6", "5", "4", "3", "2", "1", "0"])
            let all = try await TestCtl.run(database.url, ["list", "--json", "--all", "--limit", "2"])
            #expect(all.objects.compactMap { $0["request_id"]?.string } == keys)
        }
    }

    @Test func `a list says which job a job waits for`() async throws {
        try await TestDatabase.with { database in
            let parent = try await database.enqueue("extract", "parent")
            let clientID = try await database.sql("SELECT client_id FROM ix_jobs WHERE request_id = 'parent'")[0][0]
            let own = try await TestCtl.run(
                database.url, ["enqueue", "merge", "--client-id", clientID ?? "", "--after", parent])
            #expect(own.exit == .code(0), "\(own.text)")
            let reason = "wait: for job \(parent)"
            let table = try await TestCtl.run(database.url, ["list"])
            #expect(table.text.contains(" WAITS") && table.text.contains(reason), "\(table.text)")
            let json = try await TestCtl.run(database.url, ["list", "--json"])
            #expect(json.objects.compactMap { $0["line"]?.string } == [reason], "\(json.text)")
            let get = try await TestCtl.run(database.url, ["get", own.text])
            #expect(get.text.contains(reason), "\(get.text)")
            let plain = try await TestCtl.run(database.url, ["list", "--use-case", "extract"])
            #expect(!plain.text.contains("WAITS"), "\(plain.text)")
        }
    }

    @Test func `running jobs are shown with run time and host, and those that run long are found`() async throws {
        try await TestDatabase.with { database in
            let jobs = [
                try await database.enqueue("echo", "waits"), try await database.enqueue("extract", "short"),
                try await database.enqueue("extract", "long"),
            ]
            let daemon = UUID()
            try await database.sql(
                """
                INSERT INTO ix_daemons (daemon_id, instance, host, pid, version, lease_until)
                VALUES ($1::uuid, 'main', 'alpha', 1, '0', now() + interval '1 hour')
                """, [daemon.uuidString])
            for (job, minutes) in zip(jobs.dropFirst(), ["2", "40"]) {
                try await database.sql(
                    """
                    UPDATE ix_jobs SET status = 'running', claim_id = gen_random_uuid(), daemon_id = $2::uuid, due_at = NULL,
                           created_at = now() - interval '1 hour', started_at = now() - make_interval(mins => $3::integer)
                     WHERE job_id = $1::uuid
                    """, [job, daemon.uuidString, minutes])
                try await database.sql(
                    "INSERT INTO ix_running (daemon_id, job_ids) VALUES ($1::uuid, ARRAY[$2::uuid])",
                    [daemon.uuidString, job])
            }
            let all = try await TestCtl.run(database.url, ["list"])
            let words = all.lines.map { $0.split(separator: " ").map(String.init) }
            #expect(
                all.lines.contains { $0.contains("AGE") && $0.contains("RUNS FOR") && $0.contains("HOST") },
                "\(all.text)")
            let long = try #require(words.first { $0.first == jobs[2] })
            #expect(long[1...4] == ["running", "1h", "40m", "alpha"], "\(all.text)")
            let found = try await TestCtl.run(database.url, ["list", "--running-longer-than", "5m", "--json"])
            #expect(found.objects.compactMap { $0["job_id"]?.string } == [jobs[2]])
            let both = try await TestCtl.run(database.url, ["list", "--running-longer-than", "1m", "--json"])
            #expect(both.objects.compactMap { $0["job_id"]?.string } == [jobs[2], jobs[1]])
            let none = try await TestCtl.run(database.url, ["list", "--status", "pending"])
            #expect(!none.text.contains("RUNS FOR"))
            let wrong = try await TestCtl.run(
                database.url, ["list", "--running-longer-than", "5m", "--status", "done"])
            #expect(wrong.exit == .code(64))
        }
    }

    @Test func `a full page says how to go on`() async throws {
        try await TestDatabase.with { database in
            for _ in 0..<3 { _ = try await database.enqueue("echo") }
            let page = try await TestCtl.run(database.url, ["list", "--limit", "2"])
            let hint = try #require(page.lines.first { $0.hasPrefix("More jobs follow: --after ") })
            let cursor = String(try #require(hint.split(separator: " ").last))
            let rest = try await TestCtl.run(database.url, ["list", "--limit", "2", "--after", cursor])
            #expect(rest.lines.count { $0.contains("pending") } == 1)
            #expect(!rest.text.contains("More jobs follow"))
        }
    }

    @Test(arguments: [["list", "--all", "--json"], ["list"], ["stats"], ["--help"]])
    func `output that a full disk doesn't take is an error`(_ words: [String]) async throws {
        try await TestDatabase.with { database in
            for index in 0..<20 { _ = try await database.enqueue("echo", "\(index)") }
            let command = (["exec '\(try Programs.path("ixctl"))'"] + words + [">/dev/full"]).joined(separator: " ")
            let process = try TestProcess(
                "/bin/sh", ["-c", command],
                environment: TestProcess.plainEnvironment.merging(StoreAddress.variables(database.url)) { $1 })
            #expect(try await process.exitStatus() == .code(74))
            #expect(process.lines == ["ixctl: standard output can't be written: No space left on device"])
        }
    }

    @Test func `filters narrow the list, and an error's code and message are shown`() async throws {
        try await TestDatabase.with { database in
            let failed = try await database.enqueue("extract", "bad")
            try await database.fail(failed, code: "bad_output", message: "no object")
            _ = try await database.enqueue("echo", "good")
            let by = { (options: [String]) in
                try await TestCtl.run(database.url, ["list", "--json"] + options).objects
                    .compactMap { $0["request_id"]?.string }
            }
            #expect(try await by(["--status", "error"]) == ["bad"])
            #expect(try await by(["--error-code", "bad_output", "--newer-than", "1h"]) == ["bad"])
            #expect(try await by(["--use-case", "echo", "--status", "pending", "--status", "done"]) == ["good"])
            #expect(try await by(["--client-id", "nobody"]) == [])
            #expect(try await by(["--older-than", "1h"]) == [])
            let text = try await TestCtl.run(database.url, ["list", "--status", "error"]).text
            #expect(text.contains("bad_output: no object"))
        }
    }

    @Test func `on a terminal no line is wider than it, and nothing in the data is obeyed`() async throws {
        try await TestDatabase.with { database in
            let id = try await database.enqueue("echo", String(repeating: "long", count: 60))
            try await database.fail(id, code: "odd", message: "\u{1B}[31mred\u{9B}2J\u{7}\u{202E}back")
            let terminal = try TestCtl.onTerminal(database.url, columns: 90, rows: 20, ["list"])
            #expect(try await terminal.exitStatus() == .code(0))
            let lines = terminal.lines.map { $0.filter { $0 != "\r" && $0 != "\r\n" } }
            #expect(lines.contains { $0.hasPrefix("JOB") } && lines.contains { $0.hasPrefix(id.prefix(8)) })
            #expect(lines.allSatisfy { $0.unicodeScalars.count <= 90 })
            #expect(!lines.joined().unicodeScalars.contains { $0.properties.generalCategory == .control })
            #expect(!lines.joined().contains("\u{202E}"))
        }
    }

    @Test(arguments: [["--older-than", "5x"], ["--newer-than", "3 m"], ["--older-than", "h"]])
    func `a duration that is none is refused with 64, naming flag and form`(_ options: [String]) async throws {
        let said = try await TestCtl.run("postgresql:///x?host=/nonexistent", ["list"] + options)
        #expect(said.exit == .code(64))
        #expect(said.text.contains(options[0]) && said.text.contains("90s, 15m, 2h or 7d"))
    }

    @Test(arguments: [["--after", "x"], ["--limit", "0"], ["--status", "lost"]])
    func `a bad cursor, limit or status is refused with 64`(_ options: [String]) async throws {
        let said = try await TestCtl.run("postgresql:///x?host=/nonexistent", ["list"] + options)
        #expect(said.exit == .code(64) && said.text.contains(options[0]))
    }

    @Test func `stats tell what waits, who works and what is wrong`() async throws {
        try await TestDatabase.with { database in
            _ = try await database.enqueue("echo")
            let text = try await TestCtl.run(database.url, ["stats"]).text
            #expect(text.contains("1 due") && text.contains("no daemon holds a lease"))
            let object = try #require(try await TestCtl.run(database.url, ["stats", "--json"]).objects.first)
            #expect(object["due"]?.text == "1" && object["done"]?.text == "0" && object["daemons"]?.text == "[]")
            let live = try #require(try await TestCtl.run(database.url, ["stats", "--json", "--live"]).objects.first)
            #expect(live["due"]?.text == "1" && live["done"]?.isNull == true)
        }
    }

    @Test(arguments: [["list"], ["stats"], ["cancel", "6f9619ff-8b86-d011-b42d-00c04fc964ff"]])
    func `a database that is away exits 69`(_ arguments: [String]) async throws {
        let said = try await TestCtl.run("postgresql:///x?host=/nonexistent", arguments)
        #expect(said.exit == .code(69))
    }
}
