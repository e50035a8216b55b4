import FoundationEssentials
import IXTestSupport
import Testing

/// The commands that try pipelines without a queue.
@Suite(.timeLimit(.minutes(3))) struct CheckPipelinesTests {
    @Test func `check-pipelines runs each once and says what is wrong`() async throws {
        let folder = try Scratch.directory()
        let toml = """
            [pipelines.good]
            kind = "exec"
            command = ["cat"]
            retry_on = ["timeout", "exit:3"]
            retry_starts = 4
            [pipelines.missing]
            kind = "exec"
            command = ["/nowhere/program"]
            [pipelines.silent]
            kind = "worker"
            command = ["sleep", "100"]
            start_timeout_seconds = 0.5
            [pipelines.rubbish]
            kind = "exec"
            command = ["sh", "-c", "echo why >&2; echo no json"]
            [pipelines.away]
            kind = "http"
            url = "http://127.0.0.1:1/"
            """
        try toml.write(to: URL(filePath: folder + "/c.toml"))
        let check = try TestProcess(
            try Programs.path("ix-worker"), ["check-pipelines", "--config", folder + "/c.toml"],
            environment: TestProcess.plainEnvironment)
        #expect(try await check.exitStatus(within: .seconds(30)) == .code(78))
        let text = check.lines.joined(separator: "\n")
        for line in [
            "ok       good: answered in", "a job starts again after timeout, exit:3, 4 starts at most",
            "an error of a job is final; retry_on names", "fault    missing: pipeline_misconfigured",
            "fault    silent: pipeline_misconfigured",
            "fault    rubbish: bad_output", "         | why", "fault    away: pipeline_unavailable",
        ] { #expect(text.contains(line), "\(line) in \(text)") }
        let one = try TestProcess(
            try Programs.path("ix-worker"), ["check-pipelines", "good", "--config", folder + "/c.toml"],
            environment: TestProcess.plainEnvironment)
        #expect(try await one.exitStatus(within: .seconds(30)) == .code(0))
    }

    @Test func `a sample comes from a file, a pipe or standard input`() async throws {
        let folder = try Scratch.directory()
        try #"{"context":{"n":1}}"#.write(to: URL(filePath: folder + "/r.json"))
        try "[pipelines.good]\nkind = \"exec\"\ncommand = [\"cat\"]\n".write(to: URL(filePath: folder + "/c.toml"))
        let program = try Programs.path("ix-worker")
        for command in [
            "\(program) check-pipelines --config c.toml --request r.json",
            "cat r.json | \(program) check-pipelines --config c.toml --request -",
            "\(program) check-pipelines --config c.toml --request - <r.json",
            "\(program) check-pipelines --config c.toml --request <(cat r.json)",
            "cat r.json | \(program) pipeline-test --kind exec --request - cat",
        ] {
            let shell = try TestProcess(
                "/bin/bash", ["-uc", command], environment: TestProcess.plainEnvironment, directory: folder)
            #expect(try await shell.exitStatus(within: .seconds(60)) == .code(0), "\(command): \(shell.lines)")
        }
    }

    @Test func `check-pipelines says when a limit on the address space keeps a program from its start`() async throws {
        let folder = try Scratch.directory()
        let toml = """
            [pipelines.small]
            kind = "exec"
            command = ["python3", "-c", "print('{}')"]
            memory_mib = 16
            [pipelines.other]
            kind = "exec"
            command = ["sh", "-c", "exit 3"]
            memory_mib = 64
            [pipelines.roomy]
            kind = "exec"
            command = ["cat"]
            memory_mib = 512
            """.replacing("print('{}')", with: "x = bytearray(20 << 20); print('{}')")
        try toml.write(to: URL(filePath: folder + "/c.toml"))
        let check = try TestProcess(
            try Programs.path("ix-worker"), ["check-pipelines", "--config", folder + "/c.toml"],
            environment: TestProcess.plainEnvironment)
        #expect(try await check.exitStatus(within: .seconds(60)) == .code(78))
        let hints = check.lines.filter { $0.contains("memory_mib") }
        #expect(
            hints == ["         memory_mib = 16 is too small for the program; with 64 it answers"], "\(check.lines)")
    }

    @Test func `pipeline-test prints a line or an object for each situation, and exits 1 when something is wrong`()
        async throws
    {
        for (script, code) in [("cat", Int32(0)), ("exit 9", 1)] {
            for options in [[], ["--json"]] {
                let trial = try TestProcess(
                    try Programs.path("ix-worker"),
                    ["pipeline-test", "--kind", "exec"] + options + ["sh", "-c", script],
                    environment: TestProcess.plainEnvironment)
                #expect(try await trial.exitStatus(within: .seconds(60)) == .code(code))
                let first = options.isEmpty ? " a job: " : #""situation":"a job""#
                #expect(trial.lines.first?.contains(first) == true, "\(trial.lines)")
            }
        }
    }
}
