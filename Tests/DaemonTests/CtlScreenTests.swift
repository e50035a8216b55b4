import FoundationEssentials
import IXCore
import IXTestSupport
import Testing

/// What people see: local times, colours, and suggestions for slips.
@Suite(.timeLimit(.minutes(2))) struct CtlScreenTests {
    @Test func `times are in the reader's zone with the time since, and in UTC on a wish`() async throws {
        try await TestFile.with { file in
            let said = try await TestCtl.run(
                file.path,
                ["enqueue", "echo", "--client-id", "c", "--request-id", "1", "--run-at", "2031-01-01T00:00:00Z"])
            let id = try #require(said.jobID)
            let zone = ["TZ": "IST-5:30"]
            let local = try await TestCtl.run(file.path, ["get", id], variables: zone)
            #expect(local.text.contains("2031-01-01 05:30:00 IST (in "), "\(local.text)")
            #expect(local.text.contains("s ago)"))
            let utc = try await TestCtl.run(file.path, ["get", id, "--utc"], variables: zone)
            #expect(utc.text.contains("2031-01-01 00:00:00 UTC (in "), "\(utc.text)")
            let json = try await TestCtl.run(file.path, ["get", id, "--json"], variables: zone)
            #expect(json.objects.first?["run_at"]?.string == "2031-01-01T00:00:00.000000Z")
        }
    }

    @Test func `a terminal gets colours, unless NO_COLOR is set`() async throws {
        try await TestFile.with { file in
            let said = try await TestCtl.run(file.path, ["enqueue", "echo", "--client-id", "c", "--request-id", "1"])
            _ = try await TestCtl.run(file.path, ["cancel", try #require(said.jobID)])
            for (more, isPainted) in [([:], true), (["NO_COLOR": "1"], false)] {
                let variables = ["TERM": "xterm"].merging(more) { $1 }
                let terminal = try TestCtl.onTerminal(
                    file.path, columns: 100, rows: 20, ["list"], variables: variables)
                #expect(try await terminal.exitStatus() == .code(0))
                let line = try #require(terminal.lines.first { $0.contains("error") })
                #expect(line.contains("\u{1B}[31merror") == isPainted, "\(line)")
            }
            let piped = try await TestCtl.run(file.path, ["list"], variables: ["TERM": "xterm"])
            #expect(!piped.text.contains("\u{1B}"))
        }
    }

    @Test(arguments: [
        (["lst"], "ixctl list"), (["enqeue", "echo"], "ixctl enqueue"),
        (["callbacks", "shwo", "1234"], "ixctl callbacks show"),
    ])
    func `a mistyped command gets a suggestion`(_ words: [String], _ near: String) async throws {
        let said = try await TestCtl.run("postgresql:///x?host=/nonexistent", words)
        #expect(said.exit == .code(64) && said.text.contains("did you mean `\(near)`?"), "\(said.text)")
    }

    @Test func `top is watch`() async throws {
        try await TestFile.with { file in
            let said = try await TestCtl.run(file.path, ["top", "--count", "1"])
            #expect(said.exit == .code(0) && said.text.contains("due=0"))
        }
    }
}
