import Glibc
import IXTestSupport
import Testing

/// Schedules with the real program on PostgreSQL.
@Suite(.timeLimit(.minutes(3)))
struct ScheduleDaemonTests {
    private static let toml = "[pipelines.report]\nkind = \"echo\"\n"

    @Test(.needsPostgres)
    func `two daemons fire a schedule, one goes on when the other is killed, and a rule without a moment is named`()
        async throws
    {
        try await TestDatabase.with { database in
            let one = try await TestDaemon.ready(database.url, set: ["worker.instance=one"], toml: Self.toml)
            let two = try await TestDaemon.ready(database.url, set: ["worker.instance=two"], toml: Self.toml)
            try await database.sql("SELECT ix_schedule('tick', '{\"use_case\": \"report\"}', every_seconds => 1)")
            try await database.sql("SELECT ix_schedule('never', '{\"use_case\": \"report\"}', '0 0 30 2 *')")
            let done = "(SELECT count(*) FROM ix_jobs WHERE client_id = 'schedule' AND status = 'done')"
            try await database.wait(until: "\(done) >= 3")
            one.process.signal(SIGKILL)
            let before = try await database.sql("SELECT \(done)")[0][0] ?? ""
            try await database.wait(until: "\(done) >= \(before) + 3")
            try await database.wait(
                until: "EXISTS (SELECT 1 FROM ix_schedules WHERE paused_reason LIKE 'cron: never fires%')")
            let lines = one.process.lines + two.process.lines
            #expect(lines.count { $0.contains("schedule never is paused: cron: never fires") } == 1)
            let odd = try await database.sql(
                "SELECT request_id FROM ix_jobs WHERE request_id !~ '^tick@[0-9T:-]{19}Z$'")
            #expect(odd.isEmpty)
            #expect(try await two.terminate() == .code(0))
        }
    }
}
