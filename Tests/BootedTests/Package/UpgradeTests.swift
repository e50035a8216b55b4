import IXTestSupport
import Testing

/// Upgrades in place while jobs come in and run: each that was acknowledged ends, by its first start or by one that took
/// over where a drain had handed it back.
@Suite(.needsPackage, .serialized, .timeLimit(.minutes(30)))
struct UpgradeTests {
    private static let toml = """
        [pipelines.short]
        kind = "exec"
        command = ["sh", "-c", "sleep 0.05; echo '{}'"]
        [pipelines.long]
        kind = "exec"
        command = ["sh", "-c", "sleep 2; echo '{}'"]
        """

    /// Writes down each id once it was told of it.
    private static let producer = """
        while [ ! -e /run/enough ]; do
            for use_case in short short short long; do
                psql -AtXq -d ix -c "SELECT job_id FROM ix_enqueue('{}', use_case => '$use_case', client_id => 'load',
                    request_id => gen_random_uuid()::text)" >>/tmp/acknowledged
            done
        done
        """

    @Test func `no job is lost over upgrades under load`() async throws {
        try await PackagedDaemon.with { debian in
            let upgrades = PackagedDaemon.revisions
            _ = try await debian.install(1)
            try await debian.start(["IX_WORKER_GRACE_SECONDS=1"], toml: Self.toml)
            try await debian.machine.write(Self.producer, to: "/usr/local/bin/producer")
            try await debian.must("systemd-run --quiet --unit=load -p User=ix-worker sh /usr/local/bin/producer")
            for revision in 2...(upgrades + 1) {
                try await debian.wait(
                    until: "EXISTS (SELECT 1 FROM ix_jobs WHERE status = 'running' AND use_case = 'long')")
                try await debian.must("dpkg -i /mnt/packages/\(revision).deb 2>&1")
                // The package waits for no drain.
                try await debian.machine.wait(PackagedDaemon.unit, "ActiveState", "active", within: .seconds(60))
                try await debian.wait(until: "EXISTS (SELECT 1 FROM ix_daemons WHERE lease_until > now())")
            }
            try await debian.must("touch /run/enough; while systemctl is-active -q load; do sleep 0.1; done")
            try await debian.wait(
                until: "NOT EXISTS (SELECT 1 FROM ix_jobs WHERE status IN ('pending', 'running'))",
                within: .seconds(600))
            try await Self.judge(debian, upgrades)
        }
    }

    private static func judge(_ debian: PackagedDaemon, _ upgrades: Int) async throws {
        let acknowledged = try await debian.must("cat /tmp/acknowledged").lines
        let done = Set(try await debian.sql("SELECT job_id FROM ix_jobs WHERE status = 'done'"))
        let lost = acknowledged.filter { !done.contains($0) }
        let handedBack = try await debian.sql("SELECT count(*) FROM ix_attempts WHERE outcome = 'shutdown'")
        let other = try await debian.sql("SELECT DISTINCT outcome FROM ix_attempts WHERE outcome <> 'shutdown'")
        let version = try await debian.must("dpkg-query -W -f '${Version}' ix-worker").text
        print(
            "figure: \(upgrades) upgrades under load: \(acknowledged.count) jobs acknowledged, \(lost.count) lost, "
                + "\(handedBack.first ?? "?") handed back by drains")
        #expect(lost.isEmpty && acknowledged.count > upgrades * 4)
        #expect(other == [], "starts were lost, not handed back")
        #expect(version.hasSuffix("-\(upgrades + 1)"))
        #expect(try await debian.property("NRestarts") == "0")
    }
}
