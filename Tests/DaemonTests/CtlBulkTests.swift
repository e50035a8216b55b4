import FoundationEssentials
import Glibc
import IXCore
import IXTestSupport
import Testing

@Suite(.timeLimit(.minutes(4)))
struct CtlBulkTests {
    private func file(_ text: String) throws -> String {
        let path = try Scratch.directory() + "/load.jsonl"
        try text.write(to: URL(filePath: path))
        return path
    }

    private func lines(_ count: Int) -> String {
        (0..<count).map { #"{"context":{"n":\#($0)}}"# + "\n" }.joined()
    }

    private func load(_ url: String, _ path: String, _ more: [String] = []) async throws -> TestCtl.Said {
        try await TestCtl.run(url, ["enqueue", "echo", "--client-id", "c", "--from", path, "--json"] + more)
    }

    @Test(.needsPostgres) func `every line is a job, and a second run inserts none`() async throws {
        try await TestDatabase.with { database in
            let path = try file(lines(1201))
            let first = try await load(database.url, path)
            #expect(first.exit == .code(0) && first.objects.first?["inserted"]?.text == "1201")
            let second = try await load(database.url, path)
            #expect(second.exit == .code(0) && second.objects.first?["duplicates"]?.text == "1201")
            #expect(second.objects.first?["differing"]?.text == "0")
            #expect(try await database.count("use_case = 'echo' AND client_id = 'c'") == 1201)
            #expect(access(path + ".progress", F_OK) != 0)
        }
    }

    @Test(.needsPostgres)
    func `a line's own fields win over the command line, and its request comes in either shape`() async throws {
        try await TestDatabase.with { database in
            let path = try file(
                """
                {"use_case":"a","ix_client_id":"x","request_id":"1","callback_url":"http://y/","max_attempts":7,"m":1.10}
                {"request":{"use_case":"b","callback_url":"kept"},"request_id":"2","run_at":"2199-01-01T00:00:00Z"}
                {"request_id":"3"}
                """)
            #expect(try await load(database.url, path, ["--callback-url", "http://z/"]).exit == .code(0))
            let rows = try await database.sql(
                """
                SELECT use_case, client_id, request_id, callback_url, max_attempts, run_at IS NOT NULL,
                       (request - '{use_case,ix_client_id,request_id,ix_id}'::text[])::text
                  FROM ix_jobs ORDER BY request_id
                """)
            #expect(
                rows == [
                    ["a", "x", "1", "http://y/", "7", "f", #"{"m": 1.10}"#],
                    ["b", "c", "2", "http://z/", "3", "t", #"{"callback_url": "kept"}"#],
                    ["echo", "c", "3", "http://z/", "3", "f", "{}"],
                ])
        }
    }

    @Test(.needsPostgres) func `bad lines are kept with line, field and reason, and the rest goes on`() async throws {
        try await TestDatabase.with { database in
            let path = try file("")
            var bytes = Data("\u{FEFF}{\"n\":1}\r\n\n   \n{\"n\":\n{\"run_at\":\"soon\"}\n".utf8)
            bytes += Data([0x7B, 0xFF, 0x7D, 0x0A])
            bytes += Data("{\"n\":\"\(String(repeating: "x", count: 3 << 20))\"}\n".utf8)
            bytes += Data("{\"request_id\":7}\n{\"request\":{},\"extra\":1}\n{\"n\":2}".utf8)
            try bytes.write(to: URL(filePath: path))
            let said = try await load(database.url, path)
            #expect(said.exit == .code(1) && said.objects.first?["refused"]?.text == "6")
            let kept = try String(contentsOf: URL(filePath: path + ".errors.jsonl"), encoding: .utf8)
                .split(separator: "\n").map { try JSONDocument(response: String($0)) }
            #expect(kept.map { $0["line"]?.text } == ["4", "5", "6", "7", "8", "9"])
            #expect(
                kept.map { $0["field"]?.string } == ["line", "run_at", "line", "line", "request_id", "extra"])
            #expect(kept[0]["text"]?.string == "{\"n\":" && kept[2]["base64"]?.string == "e/99")
            #expect(kept[3]["truncated"]?.text == "true" && kept[3]["reason"]?.string?.contains("over") == true)
            #expect(try await database.sql("SELECT request ->> 'n' FROM ix_jobs ORDER BY 1") == [["1"], ["2"]])
        }
    }

    @Test(.needsPostgres) func `a file that stands where refusals go is put aside, not overwritten`() async throws {
        try await TestDatabase.with { database in
            let path = try file("no JSON\n")
            try "somebody's own".write(to: URL(filePath: path + ".mine"))
            #expect(try await load(database.url, path, ["--errors", path + ".mine"]).exit == .code(1))
            let aside = try String(contentsOf: URL(filePath: path + ".mine.1"), encoding: .utf8)
            #expect(aside == "somebody's own")
            let refusals = try String(contentsOf: URL(filePath: path + ".mine"), encoding: .utf8)
            #expect(refusals.hasPrefix("{") && refusals.contains("no JSON"))
        }
    }

    @Test(.needsPostgres) func `a load killed in the middle goes on, and there is one row per line`() async throws {
        try await TestDatabase.with { database in
            let path = try file(lines(20_000) + "{bad\n")
            let first = try TestCtl.start(
                database.url, ["enqueue", "echo", "--client-id", "c", "--from", path])
            try await database.wait(until: "(SELECT count(*) FROM ix_jobs) > 1000")
            first.signal(SIGKILL)
            #expect(try await first.exitStatus() == .signal(SIGKILL))
            #expect(try await database.count("true") < 20_000)
            let second = try await load(database.url, path)
            #expect(second.text.contains("Continues after line") && second.exit == .code(1))
            #expect(second.objects.first?["lines"]?.text == "20001")
            let rows = try await database.sql(
                "SELECT count(*), count(DISTINCT request -> 'context' ->> 'n') FROM ix_jobs")
            #expect(rows == [["20000", "20000"]])
        }
    }

    @Test(.needsPostgres) func `Ctrl-C lets the batch under way end, and the same command goes on`() async throws {
        try await TestDatabase.with { database in
            let path = try file(lines(20_000))
            let first = try TestCtl.start(
                database.url, ["enqueue", "echo", "--client-id", "c", "--from", path, "--json"])
            try await database.wait(until: "(SELECT count(*) FROM ix_jobs) > 1000")
            first.signal(SIGINT)
            #expect(try await first.exitStatus() == .code(130))
            #expect(first.lines.contains { $0.contains("The same command continues from there") })
            let stopped = try await database.count("true")
            let second = try await load(database.url, path)
            #expect(second.text.contains("Continues after line \(stopped),"))
            #expect(second.exit == .code(0) && second.objects.first?["inserted"]?.text == "20000")
            #expect(second.objects.first?["duplicates"]?.text == "0")
        }
    }

    @Test(.needsPostgres) func `another file under the same name is read from its start`() async throws {
        try await TestDatabase.with { database in
            let path = try file(lines(10))
            let stale =
                #"{"offset":48,"line":2,"inserted":2,"duplicates":0,"differing":0,"refused":0,"errors_bytes":0,"#
            try (stale + #""check":"00"}"#).write(to: URL(filePath: path + ".progress"))
            #expect(try await load(database.url, path).objects.first?["inserted"]?.text == "10")
        }
    }

    @Test(.needsOwnCluster) func `a database that goes away is waited for, and nothing is lost or doubled`()
        async throws
    {
        let cluster = try await PrivateCluster()
        try await TestDatabase.with(on: cluster.url) { database in
            let path = try file(lines(30_000))
            let process = try TestCtl.start(
                database.url, ["enqueue", "echo", "--client-id", "c", "--from", path, "--json"])
            try await database.wait(until: "(SELECT count(*) FROM ix_jobs) > 1000")
            try await cluster.stop()
            try await process.waitForLine(containing: "Waiting for the database")
            try await cluster.start()
            #expect(try await process.exitStatus(within: .seconds(60)) == .code(0))
            try await database.wait(until: "(SELECT count(*) FROM ix_jobs) = 30000")
        }
        try await cluster.remove()
    }

    @Test func `a database that stays away exits 69 and says where it stopped and how to go on`() async throws {
        let path = try file(lines(3))
        let said = try await load("postgresql:///x?host=/nonexistent", path, ["--retry-for", "0.2s"])
        #expect(said.exit == .code(69))
        #expect(said.text.contains("Stopped after line 0") && said.text.contains("The same command continues"))
        #expect(said.objects.first?["complete"]?.text == "false")
    }

    @Test(.needsPostgres) func `lines that trickle in on standard input become jobs as they come`() async throws {
        try await TestDatabase.with { database in
            let process = try TestCtl.start(
                database.url, ["enqueue", "echo", "--from", "-", "--errors", try Scratch.directory() + "/e"],
                keepsInput: true)
            process.write(#"{"request_id":"a"}"# + "\n")
            try await database.wait(until: "EXISTS (SELECT 1 FROM ix_jobs WHERE request_id = 'a')")
            process.write(#"{"request_id":"b"}"#)
            process.closeInput()
            #expect(try await process.exitStatus() == .code(0))
            #expect(try await database.count("true") == 2)
        }
    }

    @Test(.needsPostgres) func `on a terminal a bar shows how far it is`() async throws {
        try await TestDatabase.with { database in
            let path = try file(lines(20_000))
            let terminal = try TestCtl.onTerminal(
                database.url, columns: 80, rows: 24, ["enqueue", "echo", "--from", path])
            #expect(try await terminal.exitStatus(within: .seconds(60)) == .code(0))
            let text = terminal.lines.joined()
            #expect(text.contains("[#") && text.contains("lines") && text.contains("/s") && text.contains(" left"))
            #expect(text.contains("20000 inserted"))
        }
    }

    @Test(arguments: [["enqueue"], ["enqueue", "echo", "--from", "f", "--wait"], ["enqueue", "echo", "--restart"]])
    func `options that don't go together are refused with 64`(_ arguments: [String]) async throws {
        let said = try await TestCtl.run("postgresql:///x?host=/nonexistent", arguments)
        #expect(said.exit == .code(64))
    }

    @Test(arguments: [0o600, 0o640, 0o644])
    func `refused lines are as readable as the input that they came from`(_ mode: UInt32) async throws {
        let path = try file("{\"context\":{}}\nnot JSON\n")
        chmod(path, mode)
        let store = try Scratch.directory() + "/jobs.db"
        #expect(try await load(store, path).exit == .code(1))
        var status = stat()
        #expect(stat(path + ".errors.jsonl", &status) == 0)
        #expect(status.st_mode & 0o777 & ~mode == 0 && status.st_mode & 0o400 != 0)
    }
}
