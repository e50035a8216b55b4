import IXTestSupport
import Testing

/// The package on a plain Debian, from its installation to its purge.
@Suite(.needsPackage, .serialized, .timeLimit(.minutes(10)))
struct PackageTests {
    /// Asks the daemon through the socket file who the caller is.
    private static let question = """
        import socket
        with socket.socket(socket.AF_UNIX) as daemon:
            daemon.settimeout(30)
            daemon.connect("/run/ix-worker.sock")
            daemon.sendall(b"GET /v1/whoami HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n")
            print(b"".join(iter(lambda: daemon.recv(4096), b"")).decode())

        """

    @Test func `installed without a database it is enabled, not started, and says what to do`() async throws {
        try await PackagedDaemon.with { debian in
            let said = try await debian.install()
            #expect(said.contains("enabled, not started yet"), "\(said)")
            #expect(said.contains("no database is named"), "\(said)")
            #expect(try await debian.must("stat -c '%a %U %G' /etc/ix-worker/environment").text == "640 root root")
            #expect(
                try await debian.must("id -nu ix-worker; systemctl is-enabled ix-worker").lines == [
                    "ix-worker", "enabled",
                ])
            #expect(try await debian.property("ActiveState") == "inactive")
            #expect(try await debian.must("stat -c '%a %U' /etc/ix-worker/ix-worker.toml").text == "644 root")
            #expect(try await debian.must("dpkg-query -W -f '${Conffiles}' ix-worker").text.contains("ix-worker.toml"))
            #expect(try await debian.must("journalctl --list-catalog").text.contains("ix-worker: job done"))
            try await debian.must(
                "test -s /usr/share/man/man8/ix-worker.8.gz && ixctl --version && ix-worker --version")
            // A start all the same ends at once, and isn't tried again.
            #expect(try await debian.run("systemctl start ix-worker").exit != .code(0))
            #expect(try await debian.property("ExecMainStatus") == "78")
            #expect(try await debian.property("NRestarts") == "0")
        }
    }

    @Test func `what the package prints works as typed, with the database absent, wrong, away and right`()
        async throws
    {
        try await PackagedDaemon.with { debian in
            try await debian.installComplaints()
            let typed = try debian.typed(from: try await debian.install())
            let environment = "/etc/ix-worker/environment"
            // No store is configured yet: every command reports the missing store, and no command hangs.
            let absent = try await debian.run(typed)
            #expect(absent.exit != .code(0), "\(absent.text)")
            #expect(absent.text.contains("no database is named"), "\(absent.text)")
            #expect(try await debian.property("ExecMainStatus") == "78")
            try await debian.startServer()
            // A database that doesn't exist, on a server that does.
            func set(_ url: String) async throws {
                try await debian.must(
                    "printf '%s\\n' 'IX_POSTGRES_URL=\(url)' IX_WORKER_START_SECONDS=1 >\(environment)")
            }
            try await set("postgresql:///wrong")
            let wrong = try await debian.run(typed)
            #expect(wrong.exit != .code(0) && wrong.text.contains("\"wrong\" does not exist"), "\(wrong.text)")
            #expect(try await debian.property("ExecMainStatus") == "78")
            // Away: the start returns all the same, and an upgrade too.
            try await set("postgresql:///ix?host=127.0.0.1&port=9")
            let away = try await debian.run(typed)
            #expect(away.exit == .code(0) && away.text.contains("Connection refused"), "\(away.text)")
            #expect(try await debian.property("StatusText").hasPrefix("Waiting for the database: "))
            try await debian.must("sed -i s/START_SECONDS=1/START_SECONDS=600/ \(environment)")
            _ = try await debian.must(
                "DEBIAN_FRONTEND=noninteractive timeout 60 apt-get install -q -y /mnt/packages/2.deb 2>&1",
                within: .seconds(90))
            // Right.
            try await debian.must("systemctl stop ix-worker; echo IX_POSTGRES_URL=postgresql:///ix >\(environment)")
            let right = try await debian.run(typed)
            #expect(right.exit == .code(0) && right.text.contains("Applied: 1, 2, 3, 4, 5, 6, 7, 8."), "\(right.text)")
            let enqueued = try await debian.run("ixctl enqueue echo --wait")
            #expect(enqueued.exit == .code(0), "\(enqueued.text)")
            #expect(try await debian.sql("SELECT status FROM ix_jobs") == ["done"])
            #expect(try await debian.run("stat -c %a \(environment)").text == "640")
            try await debian.must("chmod 644 \(environment)")
            let open = try await debian.run("ix-worker doctor")
            #expect(
                open.text.contains("\(environment) belongs to the service and can be read by every user"),
                "\(open.text)")
        }
    }

    @Test func `with one line of configuration it runs jobs, and the operator's tools know it`() async throws {
        try await PackagedDaemon.with { debian in
            _ = try await debian.install()
            try await debian.start(
                toml: "[pipelines.python]\nkind = \"exec\"\ncommand = [\"python3\", \"-c\", \"print('{}')\"]\n")
            let job = try await debian.enqueue("python")
            try await debian.wait(job, until: "status = 'done'")
            let life = try await debian.must("journalctl --sync; journalctl -x -u ix-worker IX_JOB_ID=\(job)").text
            #expect(life.contains(") done in ") && life.contains("░░ Subject: ix-worker: job done"), "\(life)")
            let health = try await debian.run("ix-worker doctor")
            #expect(health.exit == .code(0), "\(health.text)")
            #expect(health.lines.filter { !$0.hasPrefix("ok") } == [], "\(health.text)")
            let exposure = try await debian.run("systemd-analyze security --threshold=12 ix-worker")
            #expect(exposure.exit == .code(0), "\(exposure.lines.suffix(1))")
            // The listeners, as the socket unit's own words say.
            try await debian.must(
                "systemctl enable ix-worker.socket 2>&1; systemctl stop ix-worker; systemctl start ix-worker.socket ix-worker"
            )
            try await debian.machine.write(Self.question, to: "/root/ask.py")
            let answers = try await debian.must("python3 /root/ask.py").lines
            #expect(answers.first?.hasPrefix("HTTP/1.1 200 OK") == true, "\(answers)")
            #expect(answers.last?.contains(#""role":"operator""#) == true, "\(answers)")
            #expect(try await debian.run("systemd-analyze security --threshold=12 ix-worker").exit == .code(0))
        }
    }

    @Test func `reload, stop and the watchdog hold for the installed package`() async throws {
        try await PackagedDaemon.with { debian in
            _ = try await debian.install()
            try await debian.start(
                ["IX_WORKER_GRACE_SECONDS=1", "IX_WORKER_LEASE_SECONDS=600", "IX_PIPELINE_KILL_GRACE_SECONDS=1"])
            let file = "/etc/ix-worker/ix-worker.toml"
            let pipeline = """

                [pipelines.stuck]
                kind = "exec"
                command = ["sh", "-c", "trap : TERM; while :; do sleep 1; done"]

                """
            try await debian.machine.write(pipeline, to: "/root/pipeline")
            try await debian.must("cat /root/pipeline >>\(file) && systemctl reload ix-worker")
            try await debian.machine.waitForJournal(["IX_EVENT=reloaded"])
            try await debian.must("cp \(file) /root/good && echo nonsense >>\(file)")
            #expect(try await debian.run("systemctl reload ix-worker").exit != .code(0))
            #expect(try await debian.property("StatusText").contains("the old configuration is in force: "))
            try await debian.machine.waitForJournal(["IX_EVENT=reload_refused"])
            try await debian.must("cp /root/good \(file)")
            #expect(try await debian.property("ActiveState") == "active")
            let stuck = try await debian.enqueue("stuck")
            try await debian.wait(stuck, until: "status = 'running'")
            try await debian.must("systemctl stop ix-worker")
            #expect(try await debian.property("Result") == "success")
            #expect(try await debian.sql("SELECT status, max_attempts FROM ix_jobs") == ["pending|4"])
            try await debian.sql("SELECT ix_cancel('\(stuck)')")
            try await debian.machine.install(
                PackagedDaemon.unit, "[Service]\nWatchdogSec=1\nTimeoutAbortSec=1\n", dropIn: "test")
            try await debian.must("systemctl start ix-worker; systemctl kill --kill-whom=main --signal=STOP ix-worker")
            let isRestarted = try await eventually { try await debian.property("NRestarts") == "1" }
            #expect(isRestarted)
        }
    }

    @Test func `an upgrade keeps the configuration and what was switched off; a purge leaves nothing`()
        async throws
    {
        try await PackagedDaemon.with { debian in
            _ = try await debian.install()
            try await debian.must("echo '# mine' >>/etc/ix-worker/ix-worker.toml; systemctl disable ix-worker 2>&1")
            try await debian.must("systemctl enable --now ix-worker.socket 2>&1; systemctl is-active ix-worker.socket")
            _ = try await debian.install(2)
            #expect(try await debian.must("dpkg-query -W -f '${Version}' ix-worker").text.hasSuffix("-2"))
            try await debian.must("grep -q '# mine' /etc/ix-worker/ix-worker.toml")
            #expect(try await debian.run("systemctl is-enabled ix-worker").text == "disabled")
            try await debian.must("echo IX_POSTGRES_URL=postgresql:///ix >/etc/ix-worker/environment")
            try await debian.must("apt-get remove -q -y ix-worker 2>&1; test -e /etc/ix-worker/ix-worker.toml")
            #expect(try await debian.run("systemctl is-active ix-worker.socket").exit != .code(0))
            try await debian.must("apt-get purge -q -y ix-worker 2>&1")
            let left = try await debian.must(
                """
                find / -xdev \\( -path /proc -o -path /sys -o -path /mnt -o -path /var/lib/dpkg -o -path /var/log -o -path /var/cache \
                -o -path /tmp \\) -prune -o \\( -name '*ix-worker*' -o -name 'ixctl*' \\) -print
                """)
            #expect(left.lines == [])
        }
    }
}
