import IXTestSupport
import Testing

/// The daemon and a real service manager.
@Suite(.needsSystemd, .timeLimit(.minutes(3)))
struct ServiceTests {
    private func dropIn(_ daemon: InstalledDaemon, _ text: String) async throws {
        try await daemon.machine.install(InstalledDaemon.unit, "[Service]\n" + text, dropIn: "test")
    }

    @Test func `a start returns when jobs can be claimed, and the status says what the daemon does`() async throws {
        try await InstalledDaemon.with { daemon, database in
            try await daemon.start()
            #expect(try await database.sql("SELECT count(*) FROM ix_workers")[0][0] == "1")
            #expect(try await daemon.statusText.hasPrefix("Ready: 0 of 4 workers busy"))
        }
    }

    @Test func `while the database is away the unit stays activating past its start timeout, and says why`()
        async throws
    {
        try await InstalledDaemon.with { daemon, database in
            try await dropIn(
                daemon,
                "TimeoutStartSec=2\nEnvironmentFile=\nEnvironment=IX_POSTGRES_URL=postgresql:///x?host=/nowhere\n")
            try await daemon.machine.must("systemctl", "start", "--no-block", InstalledDaemon.unit)
            let isSaid = try await eventually { try await daemon.statusText.contains("Waiting for the database") }
            #expect(isSaid)
            // More than two start timeouts later by the manager's own clock.
            try await daemon.machine.must("sleep", "5")
            #expect(try await daemon.property("ActiveState") == "activating")
            #expect(try await daemon.property("NRestarts") == "0")
            try await daemon.stop()
        }
    }

    @Test func `systemctl reload takes a new pipeline on, and survives a bad file`() async throws {
        try await InstalledDaemon.with { daemon, database in
            try await daemon.start()
            try await daemon.machine.write("[pipelines.fresh]\nkind = \"echo\"\n", to: "/etc/ix-worker/ix-worker.toml")
            try await daemon.reload()
            let job = try await database.enqueue("fresh")
            try await database.wait(job, until: "status = 'done'")
            try await daemon.machine.write("[worker]\ncuont = 1\n", to: "/etc/ix-worker/ix-worker.toml")
            try await daemon.reload()
            try await daemon.waitForMessage("worker.cuont")
            let again = try await database.enqueue("fresh")
            try await database.wait(again, until: "status = 'done'")
            #expect(try await daemon.property("ActiveState") == "active")
        }
    }

    @Test func `a daemon that stands still is killed by the watchdog, started again, and takes its job up at once`()
        async throws
    {
        try await InstalledDaemon.with(toml: "[worker]\nlease_seconds = 600\n") { daemon, database in
            try await dropIn(daemon, "WatchdogSec=1\nTimeoutAbortSec=1\nLimitCORE=0\n")
            try await daemon.start()
            let job = try await database.enqueue("sleep", fields: #"{"options":{"seconds":600}}"#)
            try await database.wait(job, until: "status = 'running'")
            try await daemon.kill("STOP")
            try await database.wait(job, until: "status = 'running' AND attempts = 1", within: .seconds(20))
            #expect(try await daemon.property("NRestarts") == "1")
        }
    }

    @Test func `a drain may take longer than the manager's stop timeout`() async throws {
        try await InstalledDaemon.with(toml: "[worker]\ngrace_seconds = 60\n") { daemon, database in
            try await dropIn(daemon, "TimeoutStopSec=1\n")
            try await daemon.start()
            let job = try await database.enqueue("sleep", fields: #"{"options":{"seconds":4}}"#)
            try await database.wait(job, until: "status = 'running'")
            try await daemon.stop()
            #expect(try await database.job(job, "status") == "done")
            #expect(try await daemon.property("Result") == "success")
        }
    }
}
