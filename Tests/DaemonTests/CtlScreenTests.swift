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

    @Test(arguments: [
        ("ixctl", ["doctor"], "'doctor' is a command of ix-worker: `ix-worker doctor`"),
        ("ixctl", ["check-config", "--config", "x"], "`ix-worker check-config`"),
        ("ix-worker", ["enqueue", "echo"], "'enqueue' is a command of ixctl: `ixctl enqueue`"),
        ("ix-worker", ["top"], "'top' is a command of ixctl: `ixctl top`"),
        ("ixctl", ["--config", "x", "doctor"], "'doctor' is a command of ix-worker: `ix-worker doctor`"),
        ("ix-worker", ["--config=x", "--set", "worker.count=2", "list"], "'list' is a command of ixctl: `ixctl list`"),
        ("ixctl", ["help", "doctor"], "'doctor' is a command of ix-worker: `ix-worker help doctor`"),
        ("ix-worker", ["help", "list"], "'list' is a command of ixctl: `ixctl help list`"),
        ("ixctl", ["help", "callbacks", "shwo"], "did you mean `ixctl help callbacks show`?"),
        ("ix-worker", ["migrat"], "did you mean `ix-worker migrate`?"),
    ])
    func `a command of the other program is answered with that program`(
        _ program: String, _ words: [String], _ answer: String
    ) async throws {
        let process = try TestProcess(try Programs.path(program), words, environment: TestProcess.plainEnvironment)
        #expect(try await process.exitStatus(within: .seconds(60)) == .code(64))
        #expect(process.lines.contains { $0.contains(answer) }, "\(process.lines)")
    }

    @Test(arguments: ["ixctl", "ix-worker"])
    func `each program knows every command of the other`(_ program: String) async throws {
        let dump = try TestProcess(
            try Programs.path(program), ["--experimental-dump-help"], environment: TestProcess.plainEnvironment)
        #expect(try await dump.exitStatus(within: .seconds(60)) == .code(0))
        let text = dump.lines.joined(separator: "\n")
        let document = try JSONDocument(text.utf8, field: "dump", limit: 8 << 20)
        let subcommands = try #require(document["command"]?.object?["subcommands"]?.elements).compactMap(\.object)
        let commands = subcommands.flatMap { command in
            ([command["commandName"]].compactMap { $0 } + (command["aliases"]?.elements ?? [])).compactMap(\.string)
        }
        #expect(commands.count > 8)
        let other = program == "ixctl" ? "ix-worker" : "ixctl"
        for command in commands where command != "help" {
            let process = try TestProcess(
                try Programs.path(other), [command, "--nothing"], environment: TestProcess.plainEnvironment)
            #expect(try await process.exitStatus(within: .seconds(60)) == .code(64))
            #expect(process.lines.contains { $0.contains("`\(program) \(command)`") }, "\(command): \(process.lines)")
        }
    }

    @Test func `top is watch`() async throws {
        try await TestFile.with { file in
            let said = try await TestCtl.run(file.path, ["top", "--count", "1"])
            #expect(said.exit == .code(0) && said.text.contains("due=0"))
        }
    }
}
