import IXTestSupport
import Testing

/// The package on a plain Debian, from its installation to its purge.
@Suite(.needsPackage, .serialized, .timeLimit(.minutes(10)))
struct PackageTests {
    @Test func `installed without a database it is enabled, not started, and says what to do`() async throws {
        try await PackagedDaemon.with { debian in
            let said = try await debian.install()
            #expect(said.contains("enabled and not started"), "\(said)")
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

    @Test func `with one line of configuration it runs jobs, and the operator's tools know it`() async throws {
        try await PackagedDaemon.with { debian in
            _ = try await debian.install()
            try await debian.start(
                toml: "[pipelines.python]\nkind = \"exec\"\ncommand = [\"python3\", \"-c\", \"print('{}')\"]\n")
            let job = try await debian.enqueue("python")
            try await debian.wait(job, until: "status = 'done'")
            let life = try await debian.must("journalctl --sync; journalctl -x -u ix-worker IX_JOB_ID=\(job)").text
            #expect(life.contains("job done") && life.contains("░░ Subject: ix-worker: job done"), "\(life)")
            let health = try await debian.run("ix-worker doctor --service")
            #expect(health.exit == .code(0), "\(health.text)")
            #expect(health.lines.filter { !$0.hasPrefix("ok") } == [], "\(health.text)")
            let exposure = try await debian.run("systemd-analyze security --threshold=12 ix-worker")
            #expect(exposure.exit == .code(0), "\(exposure.lines.suffix(1))")
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
            try await debian.must("cp \(file) /root/good && echo nonsense >>\(file) && systemctl reload ix-worker")
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

    @Test func `an upgrade keeps the configuration and what somebody switched off; a purge leaves nothing`()
        async throws
    {
        try await PackagedDaemon.with { debian in
            _ = try await debian.install()
            try await debian.must("echo '# mine' >>/etc/ix-worker/ix-worker.toml; systemctl disable ix-worker 2>&1")
            _ = try await debian.install(2)
            #expect(try await debian.must("dpkg-query -W -f '${Version}' ix-worker").text.hasSuffix("-2"))
            try await debian.must("grep -q '# mine' /etc/ix-worker/ix-worker.toml")
            #expect(try await debian.run("systemctl is-enabled ix-worker").text == "disabled")
            try await debian.must("echo IX_POSTGRES_URL=postgresql:///ix >/etc/ix-worker/environment")
            try await debian.must("apt-get remove -q -y ix-worker 2>&1; test -e /etc/ix-worker/ix-worker.toml")
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
