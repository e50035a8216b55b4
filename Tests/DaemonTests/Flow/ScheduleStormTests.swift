import FoundationEssentials
import Glibc
import IXTestSupport
import Testing

/// Schedules under three daemons that are killed, with their sessions ended, the schedules edited and their plans set back. `IX_TEST_SCHEDULE_SECONDS` is the length; `make storm-schedules` takes 300.
@Suite(.needsPostgres, .timeLimit(.minutes(30))) struct ScheduleStormTests {
    private static let seconds =
        ProcessInfo.processInfo.environment["IX_TEST_SCHEDULE_SECONDS"].flatMap { Int($0) } ?? 15
    private static let count = 40
    private static let toml = "[pipelines.report]\nkind = \"echo\"\n"
    private static let settings = ["worker.lease_seconds=3", "worker.heartbeat_seconds=1", "worker.grace_seconds=5"]

    private static let fires = """
        (SELECT split_part(request_id, '@', 1) AS name, split_part(request_id, '@', 2)::timestamptz AS at, created_at, status
           FROM ix_jobs WHERE client_id = 'schedule') AS f
        """

    private struct Harm {
        var (daemons, sessions, edits, back) = (0, 0, 0, 0)
    }

    @Test func `each moment fires once, whatever is killed, ended, edited and set back`() async throws {
        try await TestDatabase.with { db in
            // Every third second, so that a moment is not passed over for the next while a daemon starts.
            try await db.sql(
                """
                SELECT count(ix_schedule('s' || n, '{"use_case": "report"}', every_seconds => 3)) FROM generate_series(1, \(Self.count)) n
                """)
            var daemons: [TestDaemon] = []
            for number in 0..<3 { daemons.append(try await Self.daemon(db.url, number)) }
            try await db.wait(until: "(SELECT count(*) FROM ix_jobs) >= \(Self.count)")
            let harm = try await Self.storm(db, &daemons)
            try await db.sql("SELECT count(ix_pause_schedule(name)) FROM ix_schedules")
            try await db.wait(until: "NOT EXISTS (SELECT 1 FROM ix_jobs WHERE status IN ('pending', 'running'))")
            for daemon in daemons { #expect(try await daemon.terminate() == .code(0)) }
            let faults = try await db.sql(
                """
                SELECT count(*) FILTER (WHERE at > created_at), count(*) FILTER (WHERE extract(epoch FROM at)::bigint % 3 <> 0),
                       count(*) FILTER (WHERE status <> 'done'), count(*) - count(DISTINCT (name, at)) FROM \(Self.fires)
                """)
            #expect(faults == [["0", "0", "0", "0"]])
            let told = try await db.sql(
                """
                SELECT count(*), (SELECT count(*) FROM (SELECT at - lag(at) OVER (PARTITION BY name ORDER BY at) AS gap FROM \(Self.fires)) g
                                   WHERE gap > interval '3 seconds'),
                       round((percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM created_at - at)))::numeric, 3),
                       round((percentile_cont(0.99) WITHIN GROUP (ORDER BY extract(epoch FROM created_at - at)))::numeric, 3) FROM \(Self.fires)
                """)[0].map { $0 ?? "" }
            #expect(Int(told[0]) ?? 0 >= Self.count * Self.seconds / 3 / 2)
            print(
                "schedules: \(told[0]) fires, \(told[1]) moments passed over, late p50 \(told[2]) s p99 \(told[3]) s; \(harm.daemons) daemons "
                    + "killed, \(harm.sessions) sessions ended, \(harm.edits) edits, \(harm.back) plans set back")
        }
    }

    private static func daemon(_ url: String, _ number: Int) async throws -> TestDaemon {
        try await TestDaemon.ready(url, set: settings + ["worker.instance=d\(number)"], toml: toml)
    }

    private static func storm(_ db: TestDatabase, _ daemons: inout [TestDaemon]) async throws -> Harm {
        var (harm, round) = (Harm(), 0)
        let end = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < end {
            round += 1
            harm.sessions += try await db.sql(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE datname = current_database() AND application_name LIKE 'ix-worker%' ORDER BY random() LIMIT 1
                """
            ).count
            let name = "s\(Int.random(in: 1...count))"
            if round % 2 == 0 {
                try await db.sql(
                    "SELECT ix_schedule($1, jsonb_build_object('use_case', 'report', 'n', $2::text), every_seconds => 3)",
                    [name, "\(round)"])
                harm.edits += 1
            } else {
                try await db.sql(
                    "UPDATE ix_schedules SET next_at = next_at - interval '6 seconds' WHERE name = $1", [name])
                harm.back += 1
            }
            if round % 8 == 0 {
                let index = Int.random(in: 0..<daemons.count)
                daemons[index].process.signal(SIGKILL)
                #expect(try await daemons[index].process.exitStatus() == .signal(SIGKILL))
                daemons[index] = try TestDaemon(
                    db.url, state: daemons[index].state, set: settings + ["worker.instance=d\(index)"], toml: toml)
                harm.daemons += 1
            }
            // ignored: pace of the harm, not a wait for anything
            try? await Task.sleep(for: .milliseconds(250))
        }
        return harm
    }
}
