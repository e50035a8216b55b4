import IXTestSupport
import Testing

/// The project's unit under a real systemd.
@Suite(.needsSystemd, .timeLimit(.minutes(3)))
struct SystemdTests {
    @Test func `the unit starts, runs a job as its own user, and stops cleanly`() async throws {
        try await InstalledDaemon.with { daemon, database in
            try await daemon.start()
            try await daemon.wait("ActiveState", "active")
            let job = try await database.enqueue("echo")
            try await database.wait(job, until: "status = 'done'")
            #expect(try await daemon.journal("_COMM=ix-worker").contains { $0["_UID"] != "0" })
            try await daemon.stop()
            #expect(try await daemon.property("ActiveState") == "inactive")
            #expect(try await daemon.property("Result") == "success")
            #expect(try await daemon.property("ExecMainStatus") == "0")
        }
    }

    @Test func `systemd finds nothing to complain of in the unit`() async throws {
        try await InstalledDaemon.with { daemon, _ in
            let said = try await daemon.machine.must("systemd-analyze", "verify", "--man=no", InstalledDaemon.unit)
            #expect(said.lines == [])
        }
    }

    @Test func `a stop hands a running job back and leaves no process behind`() async throws {
        let toml = """
            [worker]
            grace_seconds = 0.2
            [pipelines.it]
            kind = "exec"
            command = ["sh", "-c", "sleep 600 & sleep 600"]
            """
        try await InstalledDaemon.with(toml: toml) { daemon, database in
            try await daemon.start()
            let job = try await database.enqueue("it")
            try await database.wait(job, until: "status = 'running'")
            try await daemon.stop()
            #expect(try await database.job(job, "(status, max_attempts)") == "(pending,4)")
            #expect(try await daemon.property("ExecMainStatus") == "0")
            #expect(try await daemon.machine.run(["pgrep", "sleep"]).exit == .code(1))
        }
    }

    @Test func `after a crash systemd starts it again, and it takes its job up at once`() async throws {
        let soon = "[Service]\nRestartSec=100ms\n"
        try await InstalledDaemon.with(toml: "[worker]\nlease_seconds = 600\n", dropIn: soon) { daemon, database in
            try await daemon.start(waiting: false)
            let job = try await database.enqueue("sleep", fields: #"{"options":{"seconds":600}}"#)
            try await database.wait(job, until: "status = 'running'")
            try await daemon.kill("KILL")
            try await database.wait(job, until: "status = 'running' AND attempts = 1", within: .seconds(10))
            #expect(try await daemon.property("NRestarts") == "1")
        }
    }

    @Test func `a bad configuration fails the unit with 78, and systemd doesn't try again`() async throws {
        try await InstalledDaemon.with(toml: "[worker]\ncount = 0\n") { daemon, _ in
            // ignored: with Type=notify the start itself fails, with Type=exec it doesn't
            try? await daemon.start()
            try await daemon.wait("ActiveState", "failed")
            #expect(try await daemon.property("ExecMainStatus") == "78")
            #expect(try await daemon.property("NRestarts") == "0")
            try await daemon.waitForMessage("worker.count")
        }
    }
}
