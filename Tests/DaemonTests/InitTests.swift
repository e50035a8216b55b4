import FoundationEssentials
import Glibc
import IXTestSupport
import Testing

/// `ix-worker init`: what it writes runs at once.
@Suite(.timeLimit(.minutes(2))) struct InitTests {
    private static func ixWorker(_ words: [String]) async throws -> (exit: TestProcess.Exit, text: String) {
        let process = try TestProcess(
            try Programs.path("ix-worker"), words, environment: TestProcess.plainEnvironment)
        let exit = try await process.exitStatus()
        return (exit, process.lines.joined(separator: "\n"))
    }

    @Test(arguments: ["python", "shell", "swift"])
    func `the written pipeline answers a job`(_ language: String) async throws {
        try await TestFile.with { file in
            let folder = file.directory + "/queue"
            let said = try await Self.ixWorker(["init", folder, "--pipeline", language])
            #expect(said.exit == .code(0) && said.text.contains("ixctl enqueue hello"), "\(said.text)")
            let config = folder + "/ix-worker.toml"
            if language == "swift" {
                let step = try #require(said.text.split(separator: "\n").first { $0.contains("swiftc -O") })
                let compiler = try TestProcess(
                    "/bin/sh", ["-c", String(step)], environment: TestProcess.plainEnvironment)
                #expect(try await compiler.exitStatus(within: .seconds(90)) == .code(0), "\(compiler.lines)")
            }
            #expect(try await Self.ixWorker(["check-config", "--config", config]).exit == .code(0))
            let daemon = try TestProcess(
                try Programs.path("ix-worker"), ["--config", config], environment: TestProcess.plainEnvironment)
            try await daemon.waitForLine(containing: " ready ")
            let client = try TestProcess(
                try Programs.path("ixctl"),
                ["enqueue", "hello", "--request", "-", "--wait", "--config", config],
                environment: TestProcess.plainEnvironment, keepsInput: true)
            client.write(#"{"context":{"name":"Ada"}}"#)
            client.closeInput()
            #expect(try await client.exitStatus() == .code(0), "\(client.lines)")
            let greeting = language == "shell" ? "Hello" : "Hello, Ada"
            #expect(client.lines.joined().contains(greeting), "\(client.lines)")
            daemon.signal(SIGTERM)
            #expect(try await daemon.exitStatus() == .code(0))
        }
    }

    @Test func `no file that is there is changed`() async throws {
        try await TestFile.with { file in
            #expect(try await Self.ixWorker(["init", file.directory]).exit == .code(0))
            let again = try await Self.ixWorker(["init", file.directory, "--pipeline", "shell"])
            #expect(again.exit == .code(64) && again.text.contains("is there already; nothing was written"))
            #expect(access(file.directory + "/pipelines/hello.sh", F_OK) != 0)
        }
    }

    @Test func `an address is checked before anything is written, and not quoted`() async throws {
        try await TestFile.with { file in
            let said = try await Self.ixWorker(["init", file.directory, "--postgres", "mysql://u:s3cret@h/d"])
            #expect(said.exit == .code(78) && !said.text.contains("s3cret"), "\(said.text)")
            #expect(access(file.directory + "/ix-worker.toml", F_OK) != 0)
            let sound = try await Self.ixWorker(["init", file.directory, "--postgres", "postgresql://ix@db/ix"])
            #expect(sound.exit == .code(0) && sound.text.contains("ix-worker migrate"))
            let text = try String(contentsOfFile: file.directory + "/ix-worker.toml", encoding: .utf8)
            #expect(text.contains(#"url = "postgresql://ix@db/ix""#))
        }
    }
}
