import FoundationEssentials
import IXCore
import IXTestSupport
import Testing

@Suite(.needsPostgres, .timeLimit(.minutes(3)))
struct CtlTests {
    private struct Said {
        let exit: TestProcess.Exit
        let lines: [String]
        var text: String { lines.joined(separator: "\n") }
    }

    private func ixctl(_ database: TestDatabase, _ arguments: [String], input: String? = nil) async throws -> Said {
        var environment = TestProcess.plainEnvironment
        environment["IX_POSTGRES_URL"] = database.url
        let process = try TestProcess(
            try Programs.path("ixctl"), arguments, environment: environment, keepsInput: input != nil)
        if let input { process.write(input) }
        process.closeInput()
        let exit = try await process.exitStatus()
        return Said(exit: exit, lines: process.lines)
    }

    @Test func `enqueue prints the job's id, and get shows the job`() async throws {
        try await TestDatabase.with { database in
            let inserted = try await ixctl(
                database, ["enqueue", "echo", "--client-id", "c", "--request-id", "r", "--request", "-"],
                input: #"{"context":{"m":1.10}}"#)
            #expect(inserted.exit == .code(0))
            let byID = try await ixctl(database, ["get", inserted.lines[0]])
            #expect(byID.text.contains("pending"))
            let byKeys = try await ixctl(database, ["get", "--client-id", "c", "--request-id", "r", "--json"])
            let row = try JSONDocument(response: byKeys.lines[0])
            #expect(row["job_id"]?.string == inserted.lines[0])
            #expect(row["request"]?.object?["context"]?.object?["m"]?.text == "1.10")
        }
    }

    @Test func `a link of the name ixctl to ix-worker is ixctl`() async throws {
        try await TestFile.with { folder in
            let link = folder.directory + "/ixctl"
            try FileManager.default.createSymbolicLink(
                atPath: link, withDestinationPath: try Programs.path("ix-worker"))
            let help = try TestProcess(link, ["enqueue", "--help"])
            #expect(try await help.exitStatus() == .code(0) && help.lines.contains { $0.contains("ixctl enqueue") })
            let slip = try TestProcess(link, ["migrate"])
            #expect(try await slip.exitStatus() == .code(64))
        }
    }

    @Test func `the same keys twice say that it is a duplicate and whether it differs`() async throws {
        try await TestDatabase.with { database in
            let keys = ["enqueue", "echo", "--client-id", "c", "--request-id", "r", "--json"]
            let first = try JSONDocument(response: try await ixctl(database, keys).lines[0])
            let again = try await ixctl(database, keys)
            let other = try await ixctl(database, keys + ["--callback-url", "http://127.0.0.1/x"])
            let second = try JSONDocument(response: try #require(again.lines.first { $0.hasPrefix("{") }))
            let third = try JSONDocument(response: try #require(other.lines.first { $0.hasPrefix("{") }))
            #expect(first["duplicate"]?.text == "false")
            #expect((second["duplicate"]?.text, second["differs"]?.text) == ("true", "false"))
            #expect((third["duplicate"]?.text, third["differs"]?.text) == ("true", "true"))
            #expect(third["callback_url"]?.isNull == true)
        }
    }

    @Test(arguments: [
        ("{\"a\":\"\\u0000\"}", "u0000"), ("[1]", "not a JSON object"), ("{\"a\":1", "is not JSON"),
        (String(repeating: "{\"a\":", count: 65) + "1" + String(repeating: "}", count: 65), "nested deeper than 64"),
    ])
    func `a bad document is refused with 64, naming field and limit`(input: String, reason: String) async throws {
        try await TestDatabase.with { database in
            let said = try await ixctl(database, ["enqueue", "echo", "--request", "-"], input: input)
            #expect(said.exit == .code(64))
            #expect(said.text.contains("request") && said.text.contains(reason))
            #expect(try await database.count("true") == 0)
        }
    }

    @Test func `long keys and bad URLs and times are refused with 64`() async throws {
        try await TestDatabase.with { database in
            let long = String(repeating: "k", count: 256)
            let key = try await ixctl(database, ["enqueue", "echo", "--request-id", long])
            let url = try await ixctl(database, ["enqueue", "echo", "--callback-url", "ftp://x/"])
            let time = try await ixctl(database, ["enqueue", "echo", "--run-at", "soon"])
            #expect([key.exit, url.exit, time.exit] == [.code(64), .code(64), .code(64)])
            #expect(key.text.contains("request_id: over 255 bytes"))
            #expect(url.text.contains("callback_url"))
            #expect(try await database.count("true") == 0)
        }
    }

    @Test func `a wait that runs out exits 75, and a missing job exits 1`() async throws {
        try await TestDatabase.with { database in
            let wait = try await ixctl(database, ["enqueue", "echo", "--wait", "--timeout", "0.1"])
            #expect(wait.exit == .code(75))
            let none = try await ixctl(database, ["get", UUID().uuidString])
            #expect(none.exit == .code(1))
        }
    }

    @Test func `a database that is away exits 69`() async throws {
        var environment = TestProcess.plainEnvironment
        environment["IX_POSTGRES_URL"] = "postgresql:///nowhere?host=/nonexistent"
        let process = try TestProcess(try Programs.path("ixctl"), ["enqueue", "echo"], environment: environment)
        #expect(try await process.exitStatus() == .code(69))
    }

    @Test func `with a daemon, --wait shows the end and its exit code tells it`() async throws {
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(database.url)
            let done = try await ixctl(database, ["enqueue", "echo", "--wait"])
            #expect(done.exit == .code(0) && done.text.contains("done"))
            let failed = try await ixctl(database, ["enqueue", "fail", "--wait"])
            #expect(failed.exit == .code(1) && failed.text.contains("requested_failure"))
            #expect(try await daemon.terminate() == .code(0))
        }
    }
}
