import Glibc
import IXTestSupport
import Testing

/// Schedules while the primary is killed and its standby takes over.
@Suite(.needsOwnCluster, .timeLimit(.minutes(5))) struct ScheduleFailoverTests {
    private static let toml = "[pipelines.report]\nkind = \"echo\"\n"
    private static let settings = [
        "worker.lease_seconds=5", "worker.heartbeat_seconds=0.5", "worker.grace_seconds=5",
        "postgres.call_timeout_seconds=2", "postgres.connect_timeout_seconds=2",
    ]
    /// Schedules, and the seconds between two moments of each: longer than the failover takes, so that none may be passed over.
    private static let (count, seconds) = (60, 30)

    @Test func `through a failover no moment fires twice, and none is passed over`() async throws {
        let servers = try await Replication()
        try await TestDatabase.with(.migrated, on: servers.url) { db in
            // One moment each half a second, before, while and after no server answers.
            try await db.sql(
                """
                SELECT count(ix_schedule('s' || n, '{"use_case": "report"}', every_seconds => \(Self.seconds),
                                         starts_at => date_trunc('second', now()) + n * interval '0.5 seconds'))
                  FROM generate_series(1, \(Self.count)) n
                """)
            var daemons: [TestDaemon] = []
            for number in 0..<3 {
                daemons.append(
                    try await TestDaemon.ready(
                        db.url, set: Self.settings + ["worker.instance=d\(number)"], toml: Self.toml))
            }
            try await db.wait(until: "10 <= (SELECT count(*) FROM ix_jobs)", within: .seconds(60))
            let began = ContinuousClock.now
            try await servers.crashPrimary()
            try await servers.promoteStandby()
            try await db.wait(until: "true")
            let before = Int(try await db.sql("SELECT count(*) FROM ix_jobs")[0][0] ?? "") ?? 0
            let away = ContinuousClock.now - began
            try await db.wait(
                until: "\(before + Self.count * 2) <= (SELECT count(*) FROM ix_jobs)", within: .seconds(120))
            try await db.sql("SELECT count(ix_pause_schedule(name)) FROM ix_schedules")
            try await db.wait(until: "NOT EXISTS (SELECT 1 FROM ix_jobs WHERE status IN ('pending', 'running'))")
            for daemon in daemons { #expect(try await daemon.terminate() == .code(0)) }
            let told = try await db.sql(
                """
                SELECT count(*), count(*) - count(DISTINCT request_id), count(*) FILTER (WHERE status <> 'done'),
                       count(*) FILTER (WHERE gap > interval '\(Self.seconds) seconds'), round(max(extract(epoch FROM created_at - at)), 3),
                       count(DISTINCT name)
                  FROM (SELECT *, at - lag(at) OVER (PARTITION BY name ORDER BY at) AS gap
                          FROM (SELECT request_id, split_part(request_id, '@', 1) AS name, split_part(request_id, '@', 2)::timestamptz AS at,
                                       created_at, status FROM ix_jobs) AS f) AS g
                """)[0].map { $0 ?? "" }
            #expect(told[1] == "0" && told[2] == "0" && told[3] == "0" && told[5] == "\(Self.count)", "\(told)")
            print(
                "schedules through a failover: \(told[0]) fires, \(told[1]) twice, \(told[3]) moments passed over, the latest fire "
                    + "\(told[4]) s late; the server was away for \(away)")
        }
        try await servers.remove()
    }
}
