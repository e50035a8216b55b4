import FoundationEssentials
import Glibc
import IXCore
import IXTestSupport
import Testing

/// The programs as the first process of a container.
@Suite(.needsRoot, .timeLimit(.minutes(3))) struct FirstProcessTests {
    /// Starts the program as number 1 of process numbers of its own; its number out here comes as a line.
    private func first(
        _ program: String, _ words: [String], _ environment: [String: String]
    ) throws -> TestProcess {
        let command = (["mount -t proc proc /proc && exec", try Programs.path(program)] + words).joined(separator: " ")
        return try TestProcess(
            "/usr/bin/unshare", ["-p", "-m", "--fork", "--kill-child", "sh", "-c", command],
            environment: TestProcess.plainEnvironment.merging(environment) { $1 })
    }

    /// The only child of `process`.
    private func child(of process: TestProcess) async throws -> pid_t {
        var found: pid_t?
        _ = try await eventually {
            let path = "/proc/\(process.pid)/task/\(process.pid)/children"
            found = try pid_t(String(contentsOfFile: path, encoding: .utf8).filter { $0 != " " })
            return found != nil
        }
        return try #require(found)
    }

    private func zombies(below parent: pid_t) throws -> Int {
        let children = try String(contentsOfFile: "/proc/\(parent)/task/\(parent)/children", encoding: .utf8)
        return children.split(separator: " ").count { child in
            // ignored: one that is gone is none
            let stat = try? String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8)
            return stat?.split(separator: ")").last?.hasPrefix(" Z") == true
        }
    }

    @Test func `what pipelines leave behind is reaped, and every job has its own end`() async throws {
        try await TestFile.with { file in
            let state = try Scratch.directory()
            let toml = """
                [pipelines.fork]
                kind = "exec"
                command = ["sh", "-c", "cat >/dev/null; (sleep 0.05 & sleep 30 &); setsid sleep 30 & exit 0"]
                [pipelines.seven]
                kind = "exec"
                command = ["sh", "-c", "(true & true &); exit 7"]
                """
            try toml.write(to: URL(filePath: state + "/c.toml"))
            var variables = StoreAddress.variables(file.path)
            variables["IX_WORKER_STATE_DIRECTORY"] = state
            let daemon = try first("ix-worker", ["--config", state + "/c.toml"], variables)
            try await daemon.waitForLine(containing: " ready ")
            for _ in 0..<8 {
                _ = try await file.enqueue("fork", "{}")
                let id = try await file.enqueue("seven", "{}")
                let isOver = try await eventually {
                    let said = try await TestCtl.run(file.path, ["get", id, "--json"])
                    return said.objects.first?["status"]?.string == "error" && said.text.contains("exit 7")
                }
                #expect(isOver)
            }
            let number = try await child(of: daemon)
            #expect(try await eventually { try zombies(below: number) == 0 })
            kill(number, SIGTERM)
            #expect(try await daemon.exitStatus() == .code(0))
        }
    }

    @Test(arguments: [["watch"], ["enqueue", "sleep", "--wait"]], [SIGTERM, SIGINT])
    func `TERM and Ctrl-C end ixctl`(_ words: [String], _ signal: Int32) async throws {
        try await TestFile.with { file in
            let process = try first("ixctl", words, StoreAddress.variables(file.path))
            // It has opened the file.
            #expect(try await eventually { access(file.path + "-shm", F_OK) == 0 })
            kill(try await child(of: process), signal)
            #expect(try await process.exitStatus(within: .seconds(5)) == .code(128 + signal))
        }
    }
}
