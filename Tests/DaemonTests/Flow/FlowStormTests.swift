import FoundationEssentials
import Glibc
import IXTestSupport
import Testing

/// Promises of flow control under four daemons that are killed, with their sessions ended and the limits changed meanwhile.
/// `IX_TEST_FLOW_JOBS` is the number of jobs; `make storm-flow` takes 20,000.
@Suite(.needsPostgres, .timeLimit(.minutes(30))) struct FlowStormTests {
    private static let jobs = ProcessInfo.processInfo.environment["IX_TEST_FLOW_JOBS"].flatMap { Int($0) } ?? 2000
    private static let settings = [
        "worker.lease_seconds=3", "worker.heartbeat_seconds=1", "worker.sweep_seconds=0.5", "worker.count=5",
        "worker.grace_seconds=5",
    ]
    private static let limits: [String: FlowHistory.Limits] = [
        "limited": .init(queue: 6, group: 2, isStrict: false),
        "strict": .init(queue: .max, group: .max, isStrict: true),
        "keys": .init(queue: .max, group: 3, isStrict: false),
    ]

    /// Jobs of three queues: of 30, 8 and 3 groups, with five priorities in the first.
    private static let insert = """
        SELECT count(*) FROM (
            SELECT ix_enqueue(jsonb_build_object('use_case', 'sleep', 'ix_client_id', 'c', 'request_id', n::text,
                                                 'options', jsonb_build_object('seconds', (n % 7) * 0.003)),
                              queue => (ARRAY['limited', 'strict', 'keys'])[1 + n % 3],
                              group_key => CASE n % 3 WHEN 0 THEN 'a' || n % 90 WHEN 1 THEN 'b' || n % 24 ELSE 'c' || n % 9 END,
                              priority => CASE n % 3 WHEN 0 THEN -(n % 5) ELSE 0 END, max_attempts => 30)
              FROM generate_series($1::integer, $2::integer) AS n) AS e
        """

    @Test func `no limit is passed, no strict group overtaken, no place kept, whatever is killed`() async throws {
        try await TestDatabase.with { db in
            try await db.sql(
                """
                SELECT ix_set_queue('limited', '{"concurrency": 6, "group_concurrency": 2}'), ix_set_queue('strict', '{"strict": true}'),
                       ix_set_queue('keys', '{"group_concurrency": 3}')
                """)
            for statement in FlowHistory.triggers { try await db.sql(statement) }
            for start in stride(from: 1, through: Self.jobs, by: 500) {
                try await db.sql(Self.insert, ["\(start)", "\(min(start + 499, Self.jobs))"])
            }
            let kills = try await Self.storm(db)
            #expect(try await db.sql("SELECT job_id FROM ix_lines") == [])
            let found = try await FlowHistory.check(db, Self.limits)
            #expect(found.faults == [] && found.running == 0 && found.starts >= Self.jobs)
            #expect(found.handedOn > 0)
            print(
                "flow: \(Self.jobs) jobs, \(found.starts) starts, \(found.handedOn) of them handed on, "
                    + "\(kills.daemons) daemons killed, \(kills.sessions) sessions ended, \(kills.changes) changes of limits, \(found.faults.count) faults"
            )
        }
    }

    private struct Kills {
        var (daemons, sessions, changes) = (0, 0, 0)
    }

    /// When each kind of harm comes next.
    private struct Pace {
        struct Moment {
            private var next = ContinuousClock.now

            mutating func comes(each pause: Duration) -> Bool {
                guard .now >= next else { return false }
                next = .now + pause
                return true
            }
        }

        var (session, change, kill) = (Moment(), Moment(), Moment())
    }

    /// Runs four daemons until every job has ended, and does to them what can be done.
    private static func storm(_ db: TestDatabase) async throws -> Kills {
        var daemons: [TestDaemon] = []
        for number in 0..<4 {
            daemons.append(try await TestDaemon.ready(db.url, set: settings + ["worker.instance=d\(number)"]))
        }
        var (kills, next) = (Kills(), Pace())
        let isOver = try await eventually(within: .seconds(1500)) {
            if next.session.comes(each: .milliseconds(300)) { kills.sessions += try await endSession(db) }
            if next.change.comes(each: .milliseconds(150)) {
                try await change(db, kills.changes)
                kills.changes += 1
            }
            if next.kill.comes(each: .milliseconds(1500)) {
                let index = Int.random(in: 0..<daemons.count)
                daemons[index].process.signal(SIGKILL)
                #expect(try await daemons[index].process.exitStatus() == .signal(SIGKILL))
                daemons[index] = try TestDaemon(
                    db.url, state: daemons[index].state, set: settings + ["worker.instance=d\(index)"])
                kills.daemons += 1
            }
            let open = try await db.sql("SELECT 1 FROM ix_jobs WHERE status IN ('pending', 'running') LIMIT 1")
            return open.isEmpty
        }
        #expect(isOver)
        for daemon in daemons { #expect(try await daemon.terminate() == .code(0)) }
        return kills
    }

    /// Ends a session of a daemon.
    private static func endSession(_ db: TestDatabase) async throws -> Int {
        try await db.sql(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND application_name LIKE 'ix-worker%' ORDER BY random() LIMIT 1
            """
        ).count
    }

    /// Changes a limit of the first queue, or pauses a queue until the next change.
    private static func change(_ db: TestDatabase, _ round: Int) async throws {
        let steps = [
            "ix_set_queue('limited', '{\"concurrency\": 3}')", "ix_pause('strict')", "ix_resume('strict')",
            "ix_set_queue('limited', '{\"group_concurrency\": 1}')", "ix_pause('limited')", "ix_resume('limited')",
            "ix_set_queue('limited', '{\"concurrency\": 0}')",
            "ix_set_queue('limited', '{\"concurrency\": 6, \"group_concurrency\": 2}')",
            "ix_set_queue('limited', '{}')",
            "ix_pause('keys', 'c2')", "ix_set_queue('keys', '{\"group_concurrency\": 1}')", "ix_resume('keys', 'c2')",
            "ix_set_queue('keys', '{\"group_concurrency\": 3}')",
        ]
        try await db.sql("SELECT \(steps[round % steps.count])")
    }
}
