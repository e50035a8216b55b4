import IXTestSupport
import Testing

/// Secrets that the service is given by systemd, against a server that asks for them.
@Suite(.needsSystemd, .timeLimit(.minutes(3)))
struct CredentialTests {
    private static let password = "s3cret-of-the-service"

    /// Runs a daemon whose address holds no password, on a server that requires a password.
    private func with(
        _ body: (InstalledDaemon, TestDatabase, ServerAddress) async throws -> Void
    ) async throws {
        let cluster = try await PrivateCluster()
        try await InstalledDaemon.with(on: cluster.url) { daemon, database in
            let user = "CREATE ROLE asked LOGIN SUPERUSER PASSWORD '\(Self.password)'"
            try await database.sql(user)
            try await database.sql(
                """
                DO $$ BEGIN EXECUTE format(
                    'COPY (SELECT unnest(ARRAY[''local all ix trust'', ''local all all scram-sha-256''])) TO %L',
                    current_setting('hba_file')); END $$
                """)
            try await database.sql("SELECT pg_reload_conf()")
            var address = try database.address
            address["host"] = "/mnt/database"
            address["user"] = "asked"
            try await daemon.machine.write(
                "IX_POSTGRES_URL=\(address.url())\n", to: "/etc/ix-worker/environment", mode: "600")
            try await body(daemon, database, address)
        }
        try await cluster.remove()
    }

    private func give(_ daemon: InstalledDaemon, _ name: String, _ text: String) async throws {
        try await daemon.machine.write(text, to: "/etc/credstore/ix-worker." + name, mode: "600")
    }

    private func runsAJob(_ daemon: InstalledDaemon, _ database: TestDatabase) async throws {
        try await daemon.start()
        let job = try await database.enqueue("echo")
        try await database.wait(job, until: "status = 'done'")
    }

    @Test func `without its password the service waits and says why`() async throws {
        try await with { daemon, _, _ in
            try await daemon.start(waiting: false)
            try await daemon.waitForMessage("password")
            #expect(["failed", "activating"].contains(try await daemon.property("ActiveState")))
            #expect(try await daemon.property("NRestarts") == "0")
        }
    }

    @Test func `a password reaches libpq and shows nowhere else`() async throws {
        try await with { daemon, database, _ in
            try await give(daemon, "postgres-password", Self.password + "\n")
            try await runsAJob(daemon, database)
            let pid = try await daemon.property("MainPID")
            let machine = daemon.machine
            let commands = [
                ["systemctl", "show", InstalledDaemon.unit], ["cat", "/proc/\(pid)/environ"],
                ["cat", "/proc/\(pid)/cmdline"],
                ["journalctl", "--output=export"], ["sh", "-c", "cat /etc/ix-worker/*"],
            ]
            for command in commands {
                let said = try await machine.run(command)
                #expect(said.exit == .code(0) && !said.text.contains(Self.password), "\(command)")
            }
            let shown = try await machine.run([
                "systemd-run", "--pipe", "--quiet", "--wait", "-p", "User=ix-worker",
                "-p", "LoadCredential=postgres-password:ix-worker.postgres-password", "/usr/bin/ix-worker", "config",
            ])
            #expect(shown.text.contains("credential postgres-password") && !shown.text.contains(Self.password))
            // Only the service sees it, not its user in general.
            let other = try await machine.run([
                "runuser", "-u", "ix-worker", "--", "sh", "-c",
                "cat /run/credentials/ix-worker.service/postgres-password",
            ])
            #expect(!other.text.isEmpty)
        }
    }

    @Test func `a passfile works as a credential`() async throws {
        try await with { daemon, database, _ in
            try await give(daemon, "postgres-passfile", "*:*:*:asked:\(Self.password)\n")
            try await runsAJob(daemon, database)
        }
    }

    @Test func `the whole address may be a credential`() async throws {
        try await with { daemon, database, address in
            try await give(daemon, "postgres-url", address.url(["password": Self.password]))
            try await daemon.machine.write("IX_WORKER_COUNT=2\n", to: "/etc/ix-worker/environment", mode: "600")
            try await runsAJob(daemon, database)
            let journal = try await daemon.machine.run(["journalctl", "--output=export"])
            #expect(!journal.text.contains(Self.password))
        }
    }

    @Test func `without an address the start stops with 78 instead of opening something else`() async throws {
        try await with { daemon, _, _ in
            try await daemon.machine.write("IX_WORKER_COUNT=2\n", to: "/etc/ix-worker/environment", mode: "600")
            // ignored: the start fails, which is what is looked at
            try? await daemon.start()
            #expect(try await daemon.property("ExecMainStatus") == "78")
            try await daemon.waitForMessage("no database is named")
        }
    }

    @Test func `doctor --service sees what the service sees`() async throws {
        try await with { daemon, _, _ in
            try await give(daemon, "postgres-password", Self.password)
            let said = try await daemon.machine.run(
                ["/usr/bin/ix-worker", "doctor", "--service"], within: .seconds(60))
            #expect(said.exit == .code(0), "\(said.text)")
            #expect(said.text.contains("as asked") && !said.text.contains(Self.password))
        }
    }
}
