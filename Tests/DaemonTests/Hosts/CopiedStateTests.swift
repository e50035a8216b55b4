import FoundationEssentials
import Glibc
import IXTestSupport
import Testing

/// A state directory that was copied, or that another daemon can't lock, says nothing of the daemon that wrote it.
@Suite(.needsPostgres, .timeLimit(.minutes(3)))
struct CopiedStateTests {
    /// Says its number, and ends when it is told to.
    private static func gated(_ gate: String) -> String {
        """
        [pipelines.gated]
        kind = "exec"
        command = ["sh", "-c", "echo started $$ >&2; cat >/dev/null; read x <\(gate); echo '{}'"]
        """
    }

    @Test func `a daemon on a copy touches neither the live one's lease nor its programs`() async throws {
        try await TestDatabase.with { database in
            let folder = try Scratch.directory()
            mkfifo(folder + "/gate", 0o600)
            let toml = Self.gated(folder + "/gate")
            let first = try await TestDaemon.ready(database.url, set: ["worker.lease_seconds=600"], toml: toml)
            let job = try await database.enqueue("gated")
            let line = try await first.process.waitForLine(containing: "line=\"started ")
            let said = try #require(line.split(separator: "\"started ").last?.prefix { $0.isNumber })
            let program = try #require(pid_t(said))
            let copy = folder + "/copy"
            let copying = try TestProcess("/bin/cp", ["-a", first.state, copy])
            #expect(try await copying.exitStatus() == .code(0))
            let second = try await TestDaemon.ready(database.url, state: copy, toml: toml)
            #expect(second.process.lines.contains { $0.contains("was written elsewhere") })
            #expect(!second.process.lines.contains { $0.contains("left running were ended") })
            #expect(kill(program, 0) == 0)
            let attempts = try await database.sql("SELECT attempts, status FROM ix_jobs WHERE job_id = $1::uuid", [job])
            #expect(attempts == [["0", "running"]])
            try "go\n".write(to: URL(filePath: folder + "/gate"))
            try await database.wait(job, until: "status = 'done' AND attempts = 0")
            #expect(try await second.terminate() == .code(0))
            #expect(try await first.terminate() == .code(0))
        }
    }

    @Test func `an unlockable directory is told as such, and no other daemon is blamed`() async throws {
        try await TestFile.with { file in
            var variables = StoreAddress.variables(file.path)
            variables["IX_WORKER_STATE_DIRECTORY"] = try Scratch.directory()
            let daemon = try await Denied.start(.flock, ENOLCK, "ix-worker", environment: variables)
            try await daemon.waitForLine(containing: " ready ")
            #expect(
                daemon.lines.contains { $0.contains("no instance lock") && $0.contains("can't be locked: No locks") })
            daemon.signal(SIGTERM)
            #expect(try await daemon.exitStatus() == .code(0))
            let other = try await Denied.start(.fileLock, ENOLCK, "ix-worker", environment: variables)
            #expect(try await other.exitStatus() == .code(78))
            #expect(other.lines.contains { $0.contains("can't be locked on its file system") })
        }
    }

    @Test(.needsRoot) func `another user of the directory's group finds the lock and the list of programs`()
        async throws
    {
        try await TestDatabase.with { database in
            let folder = try Scratch.directory()
            chown(folder, 0, 0)
            chmod(folder, 0o2770)
            let toml = "[pipelines.quick]\nkind = \"exec\"\ncommand = [\"sh\", \"-c\", \"cat >/dev/null; echo '{}'\"]\n"
            try toml.write(to: URL(filePath: folder + "/c.toml"))
            for user in ["1000680000", "1000690000"] {
                var variables = TestProcess.plainEnvironment
                variables["IX_POSTGRES_URL"] = database.url
                variables["IX_WORKER_STATE_DIRECTORY"] = folder
                let daemon = try TestProcess(
                    "/usr/bin/setpriv",
                    ["--reuid", user, "--regid", "0", "--clear-groups", try Programs.path("ix-worker")]
                        + ["--config", folder + "/c.toml"], environment: variables)
                try await daemon.waitForLine(containing: " ready ")
                let job = try await database.enqueue("quick")
                try await database.wait(job, until: "status = 'done'")
                let complaints = daemon.lines.filter {
                    $0.contains("no instance lock") || $0.contains("can't be written")
                }
                #expect(complaints == [])
                daemon.signal(SIGTERM)
                #expect(try await daemon.exitStatus() == .code(0))
            }
        }
    }
}
