import FoundationEssentials
import IXTestSupport
import Testing

/// Ids by their beginning, at every command that takes an id.
@Suite(.timeLimit(.minutes(2))) struct CtlPrefixTests {
    @Test func `a beginning of 4 characters finds the job, at every command`() async throws {
        try await TestFile.with { file in
            let id = try await Self.enqueue("1", file.path)
            let beginning = String(id.prefix(6)).uppercased()
            for command in [["get"], ["logs"], ["cancel"], ["resubmit"]] {
                let said = try await TestCtl.run(file.path, command + [beginning])
                #expect(said.exit == .code(0), "\(command) \(said.text)")
            }
            let callback = try await TestCtl.run(file.path, ["callbacks", "show", beginning])
            #expect(callback.exit == .code(1) && callback.text.contains("no such callback"))
            #expect(try await TestCtl.run(file.path, ["erase", "--yes", String(id.prefix(20))]).exit == .code(0))
            let gone = try await TestCtl.run(file.path, ["get", beginning])
            #expect(gone.exit == .code(1) && gone.text.contains("begins with"))
        }
    }

    @Test(.needsPostgres) func `a beginning of several ids is refused, and they are named`() async throws {
        try await TestDatabase.with { database in
            for number in 1...2 {
                let id = "abcd000\(number)-0000-4000-8000-000000000000"
                let request = #"{"use_case":"echo","ix_client_id":"c","request_id":"\#(number)"}"#
                _ = try await database.sql(
                    """
                    INSERT INTO ix_jobs (job_id, ix_id, client_id, request_id, request)
                    VALUES ('\(id)', 'ix-\(number)', 'c', '\(number)', '\(request)')
                    """)
            }
            let said = try await TestCtl.run(database.url, ["get", "abcd"])
            #expect(
                said.exit == .code(64) && said.text.contains("abcd begins several jobs' ids: abcd0001"), "\(said.text)")
            #expect(try await TestCtl.run(database.url, ["get", "abcd0002"]).exit == .code(0))
        }
    }

    @Test(arguments: ["abc", "xyz1", "12345678-", "1234567-8", "1234-5678"])
    func `what begins no id is refused with 64`(_ text: String) async throws {
        let said = try await TestCtl.run("postgresql:///x?host=/nonexistent", ["get", text])
        #expect((text == "12345678-") == (said.exit != .code(64)), "\(said.text)")
    }

    private static func enqueue(_ requestID: String, _ path: String) async throws -> String {
        let said = try await TestCtl.run(path, ["enqueue", "echo", "--client-id", "c", "--request-id", requestID])
        return try #require(said.lines.first)
    }
}
