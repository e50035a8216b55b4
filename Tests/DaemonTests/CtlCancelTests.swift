import FoundationEssentials
import IXCore
import IXTestSupport
import Testing

@Suite(.needsPostgres, .timeLimit(.minutes(3)))
struct CtlCancelTests {
    @Test func `cancel ends what waits and exits 0`() async throws {
        try await TestDatabase.with { database in
            let ids = [try await database.enqueue("echo"), try await database.enqueue("echo")]
            let said = try await TestCtl.run(database.url, ["cancel"] + ids)
            #expect(said.exit == .code(0) && ids.allSatisfy { said.text.contains("\($0) cancelled") })
            #expect(try await database.job(ids[0], "response -> 'error' ->> 'code'") == "cancelled")
        }
    }

    @Test func `cancel exits 1 and says for each why it was not`() async throws {
        try await TestDatabase.with { database in
            let (waits, runs) = (try await database.enqueue("echo"), try await database.enqueue("echo"))
            let (ended, missing) = (try await database.enqueue("echo"), UUID().uuidString.lowercased())
            try await database.sql(
                "UPDATE ix_jobs SET status = 'running', claim_id = gen_random_uuid() WHERE job_id = $1::uuid", [runs])
            try await database.fail(ended, code: "x", message: "y")
            let ids = [waits, runs, ended, missing]
            let said = try await TestCtl.run(database.url, ["cancel"] + ids)
            #expect(said.exit == .code(1) && said.text.contains("\(waits) cancelled"))
            #expect(said.lines.contains { $0.hasPrefix(runs) && $0.contains("cancelling") })
            #expect(said.lines.contains { $0.hasPrefix(ended) && $0.contains("the job has already ended (error)") })
            #expect(said.lines.contains { $0.hasPrefix(missing) && $0.contains("no such job") })
            let again = try await TestCtl.run(database.url, ["cancel", "--json"] + ids)
            #expect(again.objects.map { $0["result"]?.string } == ["ended", "cancelling", "ended", "not_found"])
        }
    }

    @Test func `by filter a dry run changes nothing, --yes is required, and only the filtered are cancelled`()
        async throws
    {
        try await TestDatabase.with { database in
            let (meant, other) = (try await database.enqueue("extract"), try await database.enqueue("echo"))
            let filter = ["cancel", "--status", "pending", "--use-case", "extract"]
            let bare = try await TestCtl.run(database.url, filter)
            #expect(bare.exit == .code(64) && bare.text.contains("--yes"))
            let dry = try await TestCtl.run(database.url, filter + ["--dry-run"])
            #expect(dry.exit == .code(0) && dry.text.contains("1 job would be cancelled"), "\(dry.text)")
            #expect(dry.lines.contains { $0.split(separator: " ").map(String.init) == ["extract", "test", "1"] })
            let listed = try await TestCtl.run(database.url, filter + ["--dry-run", "--json"])
            #expect(listed.objects.map { $0["job_id"]?.string } == [meant])
            #expect(try await database.count("status = 'pending'") == 2)
            let done = try await TestCtl.run(database.url, filter + ["--yes"])
            #expect(done.exit == .code(0) && done.text.contains("1 job cancelled"))
            #expect(try await database.job(meant, "status") == "error")
            #expect(try await database.job(other, "status") == "pending")
        }
    }

    @Test(arguments: ["n", "", "y"])
    func `a terminal is shown the counts and asked before a filter cancels`(_ answer: String) async throws {
        try await TestFile.with { file in
            for _ in 0..<3 { _ = try await file.enqueue("echo", "{}") }
            let terminal = try TestCtl.onTerminal(
                file.path, columns: 80, rows: 24, ["cancel", "--status", "pending", "--use-case", "echo"])
            terminal.write(answer + "\n")
            let isMeant = answer == "y"
            #expect(try await terminal.exitStatus(within: .seconds(60)) == .code(isMeant ? 0 : 1))
            let text = terminal.lines.joined(separator: "\n")
            #expect(text.contains("USE CASE") && text.contains("Cancel these 3 jobs? [y/N]"), "\(text)")
            #expect(text.contains(isMeant ? "3 jobs cancelled" : "nothing was changed"), "\(text)")
            let pending = try await TestCtl.run(file.path, ["list", "--status", "pending", "--json"])
            #expect(pending.objects.count == (isMeant ? 0 : 3))
        }
    }

    @Test(arguments: [
        [], ["x"], ["--status", "done", "--yes"], ["--use-case", "echo", "--yes"],
        ["6f9619ff-8b86-d011-b42d-00c04fc964ff", "--client-id", "c"],
    ])
    func `a cancel that says neither ids nor a whole filter is refused with 64`(_ arguments: [String]) async throws {
        let said = try await TestCtl.run("postgresql:///x?host=/nonexistent", ["cancel"] + arguments)
        #expect(said.exit == .code(64))
    }
}
