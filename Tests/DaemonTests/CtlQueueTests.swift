import FoundationEssentials
import IXCore
import IXPostgres
import IXSQLite
import IXStore
import IXTestSupport
import Testing

/// `ixctl queue`, `group` and `reschedule`, on both stores.
@Suite(.timeLimit(.minutes(3))) struct CtlQueueTests {
    @Test func `an operator limits, pauses and resumes a queue of the file`() async throws {
        try await TestFile.with { file in try await operate(file.path) }
    }

    @Test(.needsPostgres) func `an operator limits, pauses and resumes a queue of PostgreSQL`() async throws {
        try await TestDatabase.with { db in try await operate(db.url) }
    }

    @Test func `the file answers for a key, and refuses a client with too many waiting jobs`() async throws {
        try await TestFile.with { file in try await dedupe(file.path) }
    }

    @Test(.needsPostgres) func `PostgreSQL answers for a key, and refuses a client with too many waiting jobs`()
        async throws
    {
        try await TestDatabase.with { db in try await dedupe(db.url) }
    }

    @Test func `a job of the file waits for another, and says so`() async throws {
        try await TestFile.with { file in try await follow(file.path) }
    }

    @Test(.needsPostgres) func `a job of PostgreSQL waits for another, and says so`() async throws {
        try await TestDatabase.with { db in try await follow(db.url) }
    }

    private func follow(_ url: String) async throws {
        let parent = try #require(try await TestCtl.run(url, ["enqueue", "echo", "--client-id", "acme"]).jobID)
        let said = try await TestCtl.run(
            url, ["enqueue", "echo", "--client-id", "acme", "--after", parent, "--on-failure", "run"])
        let child = try #require(said.jobID, "\(said.text)")
        let job = try await TestCtl.run(url, ["get", child])
        #expect(job.text.contains("wait: for job \(parent)"), "\(job.text)")
        for (arguments, words) in [
            (["--after", "x"], "after: 'x' is not a UUID"),
            (["--on-failure", "run"], "on_failure: goes with after alone"),
            (["--after", parent, "--client-id", "other"], "after: the client has no job \(parent)"),
        ] {
            let wrong = try await TestCtl.run(url, ["enqueue", "echo"] + arguments)
            #expect(wrong.exit == .code(64) && wrong.text.contains(words), "\(wrong.text)")
        }
    }

    private func dedupe(_ url: String) async throws {
        let first = try await TestCtl.run(url, ["enqueue", "echo", "--client-id", "acme", "--dedupe-key", "report-7"])
        let id = try #require(first.jobID, "\(first.text)")
        let second = try await TestCtl.run(url, ["enqueue", "echo", "--client-id", "acme", "--dedupe-key", "report-7"])
        #expect(second.jobID == id && second.text.contains("answers for this request already"), "\(second.text)")
        let third = try await TestCtl.run(
            url, ["enqueue", "echo", "--client-id", "acme", "--dedupe-key", "report-7", "--dedupe", "replace"])
        #expect(third.text.contains("takes the place of \(id)"), "\(third.text)")
        let wrong = try await TestCtl.run(url, ["enqueue", "echo", "--dedupe", "replace"])
        #expect(wrong.exit == .code(64) && wrong.text.contains("dedupe_key: is missing"), "\(wrong.text)")
        let set = try await TestCtl.run(url, ["queue", "set", "echo", "client_depth=1"])
        #expect(set.objects.first?["client_depth"]?.text == "1", "\(set.text)")
        let full = try await TestCtl.run(url, ["enqueue", "echo", "--client-id", "acme"])
        #expect(
            full.exit == .code(75) && full.text.contains("client_id acme: 1 jobs wait in queue echo, limit 1"),
            "\(full.text)")
    }

    private func operate(_ url: String) async throws {
        let set = try await TestCtl.run(
            url, ["queue", "set", "echo", "concurrency=3", "group_by=client_id", "strict=true", "use_cases=echo,copy"])
        let settings = try #require(set.objects.first, "\(set.text)")
        #expect(settings["concurrency"]?.text == "3" && settings["group_by"]?.string == "client_id")
        let wrong = try await TestCtl.run(url, ["queue", "set", "echo", "concurrency=many"])
        #expect(wrong.exit == .code(64) && wrong.text.contains("concurrency"), "\(wrong.text)")
        let said = try await TestCtl.run(url, ["enqueue", "echo", "--client-id", "acme"])
        let id = try #require(said.jobID, "\(said.text)")
        #expect(try await TestCtl.run(url, ["queue", "pause", "echo"]).text.contains("queue echo is paused"))
        #expect(try await TestCtl.run(url, ["queue", "pause", "echo"]).text.contains("was paused before"))
        let job = try await TestCtl.run(url, ["get", id])
        #expect(job.text.contains("line: queue echo is paused") && job.text.contains("acme"), "\(job.text)")
        let list = try await TestCtl.run(url, ["queue", "list"])
        #expect(list.text.contains("paused") && list.text.contains("strict"), "\(list.text)")
        #expect(try await TestCtl.run(url, ["queue", "resume", "echo"]).text.contains("queue echo is on"))
        let group = try await TestCtl.run(url, ["group", "set", "echo", "acme", "concurrency=0"])
        #expect(group.text.contains("may run 0 at a time"), "\(group.text)")
        let groups = try await TestCtl.run(url, ["group", "list", "echo", "--json"])
        #expect(groups.objects.first?["group_key"]?.string == "acme", "\(groups.text)")
        let moved = try await TestCtl.run(url, ["reschedule", id, "--in", "1h"])
        #expect(moved.text.contains("rescheduled"), "\(moved.text)")
        // A number below 0 is a value, and no option.
        let soon = try await TestCtl.run(url, ["enqueue", "copy", "--priority", "-10"])
        let first = try #require(soon.jobID, "\(soon.text)")
        let sooner = try await TestCtl.run(url, ["reschedule", first, "--priority", "-11"])
        #expect(sooner.text.contains("rescheduled"), "\(sooner.text)")
        _ = try await TestCtl.run(url, ["queue", "set", "slow", "concurrency=1", "use_cases=echo"])
        let shown = try await TestCtl.run(url, ["queue", "move", "--queue", "echo", "--to", "slow", "--dry-run"])
        #expect(shown.text.contains("\(id) would be moved"), "\(shown.text)")
        let found = try await TestCtl.run(url, ["queue", "move", "--queue", "echo", "--to", "slow", "--yes"])
        #expect(found.exit == .code(0) && found.text.contains("1 job moved"), "\(found.text)")
        #expect(
            try await TestCtl.run(url, ["queue", "move", id, "--to", "slow"]).text.contains("stands in queue slow"))
        let listed = try await TestCtl.run(url, ["list"])
        #expect(listed.text.contains("QUEUE") && listed.text.contains("slow"), "\(listed.text)")
        let named = try await TestCtl.run(url, ["queue", "move", id, "--to", "nowhere"])
        #expect(named.exit == .code(1) && named.text.contains("there is no queue nowhere"), "\(named.text)")
        let ended = try await TestCtl.run(url, ["reschedule", UUID.random().uuidString, "--at", "now"])
        #expect(ended.exit == .code(1), "\(ended.text)")
    }
}
