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
            let complaints = try await daemon.complaints()
            #expect(complaints == [])
        }
    }

    @Test func `a unit of another package with a complaint changes nothing of that`() async throws {
        try await InstalledDaemon.with { daemon, _ in
            try await daemon.machine.install("postgresql.service", "[Service]\nExecStart=/bin/true\nNonsense=yes\n")
            let said = try await daemon.machine.run(["systemd-analyze", "verify", "--man=no", InstalledDaemon.unit])
            #expect(said.text.contains("Nonsense"), "the other unit is looked at: \(said.text)")
            #expect(try await daemon.complaints() == [])
        }
    }

    @Test func `a program that is missing is tried less and less often, and a start by hand at once`() async throws {
        let away = "[Service]\nExecStart=\nExecStart=/usr/bin/ix-worker-away\n"
        try await InstalledDaemon.with(dropIn: away) { daemon, _ in
            try await daemon.start(waiting: false)
            try await daemon.wait("NRestarts", "3")
            // 203: by the manager, since there is nothing to run.
            #expect(try await daemon.property("ExecMainStatus") == "203")
            let pauses = try await daemon.pausesBetweenFailures()
            #expect(pauses.count >= 2 && pauses[0] >= 1000 && pauses[1] >= 2000, "\(pauses)")
            try await daemon.stop()
            try await daemon.machine.install(InstalledDaemon.unit, "[Service]\n", dropIn: "test")
            try await daemon.start()
            #expect(try await daemon.property("ActiveState") == "active")
        }
    }

    @Test func `a state directory that can't be made is tried less and less often, until it can`() async throws {
        try await InstalledDaemon.with { daemon, _ in
            let state = "/var/lib/ix-worker"
            let taken = try await daemon.machine.run(["sh", "-c", "rm -rf \(state) && : >\(state)"])
            #expect(taken.exit == .code(0), "\(taken.text)")
            try await daemon.start(waiting: false)
            try await daemon.wait("NRestarts", "3")
            #expect(try await daemon.property("ExecMainStatus") == "238")
            let pauses = try await daemon.pausesBetweenFailures()
            #expect(pauses.count >= 2 && pauses[0] >= 1000 && pauses[1] >= 2000, "\(pauses)")
            #expect(try await daemon.machine.run(["rm", state]).exit == .code(0))
            try await daemon.wait("ActiveState", "active")
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
