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
            #expect(try await database.sql("SELECT count(*) FROM ix_daemons")[0][0] == "1")
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
            let refused = try await daemon.machine.run(["systemctl", "reload", InstalledDaemon.unit])
            #expect(refused.exit != .code(0), "\(refused.text)")
            #expect(try await daemon.statusText.contains("the old configuration is in force: "))
            #expect(try await daemon.statusText.contains("worker.cuont"))
            try await daemon.waitForMessage("worker.cuont")
            let again = try await database.enqueue("fresh")
            try await database.wait(again, until: "status = 'done'")
            #expect(try await daemon.property("ActiveState") == "active")
            try await daemon.machine.write("", to: "/etc/ix-worker/ix-worker.toml")
            try await daemon.machine.write(
                "[pipelines.added]\nkind = \"echo\"\n", to: "/etc/ix-worker/conf.d/added.toml")
            try await daemon.reload()
            #expect(try await !daemon.statusText.contains("in force"))
            let added = try await database.enqueue("added")
            try await database.wait(added, until: "status = 'done'")
        }
    }

    @Test func `a start whose database is away counts as started after its time, says so, and is ready later`()
        async throws
    {
        try await InstalledDaemon.with(toml: "[worker]\nstart_seconds = 1\n") { daemon, database in
            // Fed by a start that waits, too.
            try await dropIn(daemon, "WatchdogSec=3\nTimeoutStartSec=60\n")
            let url = try database.address.url(["host": "/mnt/later"])
            try await daemon.machine.write("IX_POSTGRES_URL=\(url)\n", to: "/etc/ix-worker/environment", mode: "640")
            try await daemon.start()
            #expect(try await daemon.statusText.hasPrefix("Waiting for the database: "))
            // More than two periods of the watchdog by the manager's own clock.
            try await daemon.machine.must("sleep", "8")
            #expect(try await daemon.property("ActiveState") == "active")
            #expect(try await daemon.property("NRestarts") == "0")
            try await daemon.machine.must("ln", "-s", "/mnt/database", "/mnt/later")
            let job = try await database.enqueue("echo")
            try await database.wait(job, until: "status = 'done'")
            let isSaid = try await eventually { try await daemon.statusText.hasPrefix("Ready: ") }
            #expect(isSaid)
        }
    }

    @Test func `a first start with a role that doesn't exist fails with 77 after its time`() async throws {
        try await InstalledDaemon.with(toml: "[worker]\nstart_seconds = 1\n") { daemon, database in
            var address = try database.address
            address["host"] = "/mnt/database"
            address["user"] = "who_is_this"
            try await daemon.machine.write(
                "IX_POSTGRES_URL=\(address.url())\n", to: "/etc/ix-worker/environment", mode: "640")
            #expect(try await daemon.machine.run(["systemctl", "start", InstalledDaemon.unit]).exit != .code(0))
            #expect(try await daemon.property("ExecMainStatus") == "77")
            #expect(try await daemon.property("NRestarts") == "0")
        }
    }

    /// The address stands in the environment file alone, the password in a credential, and the file in /etc.
    @Test func `every command of root's sees what the unit reads, and ixctl too`() async throws {
        try await InstalledDaemon.with(toml: "[pipelines.mine]\nkind = \"echo\"\n") { daemon, database in
            let machine = daemon.machine
            let migrated = try await machine.run(["/usr/bin/ix-worker", "migrate"])
            #expect(migrated.exit == .code(0) && migrated.text.contains("Nothing to do"), "\(migrated.text)")
            let checked = try await machine.run(["/usr/bin/ix-worker", "check-config"])
            #expect(checked.exit == .code(0) && checked.text.contains("/mnt/database"), "\(checked.text)")
            let shown = try await machine.run(["/usr/bin/ix-worker", "config", "--changed"], within: .seconds(60))
            #expect(shown.text.contains("environment IX_POSTGRES_URL"), "\(shown.text)")
            let looked = try await machine.run(["/usr/bin/ix-worker", "doctor"], within: .seconds(60))
            #expect(looked.text.contains("/mnt/database") && looked.text.contains("schema"), "\(looked.text)")
            let tried = try await machine.run(["/usr/bin/ix-worker", "check-pipelines"], within: .seconds(60))
            #expect(tried.exit == .code(0) && tried.text.contains("ok       mine"), "\(tried.text)")
            try await daemon.start()
            let enqueued = try await machine.run(["/usr/bin/ixctl", "enqueue", "mine", "--wait"], within: .seconds(60))
            #expect(enqueued.exit == .code(0), "\(enqueued.text)")
            #expect(try await database.sql("SELECT status FROM ix_jobs")[0][0] == "done")
            // Who names a store of his own is taken at that word.
            let own = try await machine.run([
                "env", "IX_SQLITE_PATH=/root/own.db", "/usr/bin/ixctl", "list", "--json",
            ])
            #expect(own.text == "", "\(own.text)")
        }
    }

    @Test func `a stalled daemon is killed by the watchdog, started again, and takes its job up at once`()
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
