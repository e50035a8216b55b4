import IXCore
import IXSchedules
import IXStore
import IXTestSupport
import Logging
import Testing

@testable import IXPostgres

/// The daemon's part: plans, fires, missed moments, many daemons.
@Suite(.needsOwnCluster, .timeLimit(.minutes(3))) struct ScheduleDutyTests {
    /// A database and a duty on a store of its own.
    private func with(
        folder: String = TimeZoneFile.folder, _ body: (TestDatabase, ScheduleDuty) async throws -> Void
    ) async throws {
        try await TestDatabase.with { db in
            let store = db.store(connections: 1)
            do {
                let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
                try await body(db, ScheduleDuty(store, logger: logger, folder: folder))
            } catch {
                await store.close()
                throw error
            }
            await store.close()
        }
    }

    private func schedule(_ db: TestDatabase, _ name: String, _ rule: String) async throws {
        try await db.sql("SELECT ix_schedule('\(name)', '{\"use_case\": \"report\"}', \(rule))")
    }

    @Test func `a new schedule gets a plan, and fires when its moment has come`() async throws {
        try await with { db, duty in
            try await schedule(db, "soon", "every_seconds => 1")
            #expect(try await duty.round {}.isEmpty)
            let planned =
                "SELECT next_at > now() - interval '1 second' AND next_at = date_trunc('second', next_at) FROM ix_schedules"
            #expect(try await db.sql(planned) == [["t"]])
            #expect(duty.interval <= .seconds(1))
            let fired = try await eventually { try await !duty.round {}.isEmpty }
            #expect(fired)
            let key =
                "SELECT request_id = 'soon@' || to_char(last_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), next_at > last_at"
            #expect(try await db.sql(key + " FROM ix_jobs, ix_schedules") == [["t", "t"]])
        }
    }

    @Test func `of moments missed in an outage the newest fires, none under skip, and none that is too old`()
        async throws
    {
        try await with { db, duty in
            try await schedule(db, "last", "every_seconds => 600")
            try await schedule(db, "skip", "every_seconds => 600, missed => 'skip'")
            try await schedule(db, "old", "'0 0 1 1 *', missed_within_seconds => 0")
            // Far enough from the last moment that none counts as punctual.
            try await db.sql(
                """
                UPDATE ix_schedules SET starts_at = now() - interval '6 hours' - interval '5 minutes',
                       next_at = now() - interval '6 hours' - interval '5 minutes' WHERE name <> 'old'
                """)
            try await db.sql("UPDATE ix_schedules SET next_at = now() - interval '2 years' WHERE name = 'old'")
            #expect(try await duty.round {} == [.jobs(1)])
            let jobs = try await db.sql(
                "SELECT split_part(request_id, '@', 1), now() - s.last_at < interval '10 minutes' FROM ix_jobs, ix_schedules s WHERE s.name = 'last'"
            )
            #expect(jobs == [["last", "t"]])
            #expect(try await db.sql("SELECT name FROM ix_schedules WHERE next_at <= now()").isEmpty)
            #expect(try await duty.round {}.isEmpty)
        }
    }

    @Test func `a rule that names no moment is paused with the reason, and others fire`() async throws {
        try await with { db, duty in
            try await schedule(db, "never", "'0 0 30 2 *'")
            try await schedule(db, "broken", "'99 * * * *'")
            try await schedule(db, "good", "'* * * * *'")
            #expect(try await duty.round {}.isEmpty)
            let rows = try await db.sql("SELECT name, paused_reason, next_at IS NULL FROM ix_schedules ORDER BY name")
            #expect(
                rows == [
                    ["broken", "cron: minute 99 must be 0 to 59", "t"], ["good", nil, "f"],
                    ["never", "cron: never fires: no month of 2 has a day 30", "t"],
                ])
        }
    }

    @Test func `without zone files a daemon leaves zones to others and fires the rest`() async throws {
        try await with(folder: "/nonexistent") { db, duty in
            try await schedule(db, "berlin", "'* * * * *', time_zone => 'Europe/Berlin'")
            try await schedule(db, "utc", "'* * * * *'")
            #expect(try await duty.round {}.isEmpty)
            let rows = try await db.sql("SELECT name, next_at IS NULL, paused_at FROM ix_schedules ORDER BY name")
            #expect(rows == [["berlin", "t", nil], ["utc", "f", nil]])
        }
    }

    @Test func `the last moment fires, and the schedule rests for good`() async throws {
        try await with { db, duty in
            try await schedule(
                db, "once", "every_seconds => 60, starts_at => now(), ends_at => now() + interval '1 microsecond'")
            try await db.sql("UPDATE ix_schedules SET next_at = starts_at")
            #expect(try await duty.round {} == [.jobs(1)])
            #expect(try await db.sql("SELECT next_at FROM ix_schedules") == [["infinity"]])
            #expect(try await duty.round {}.isEmpty)
            #expect(duty.interval == .seconds(5))
        }
    }

    /// 60 moments, each planned by the one before. Meanwhile the schedule is edited, its plan is set back, and backends die.
    @Test func `each moment fires once, with eight daemons, edits, a plan set back and backends that end`() async throws
    {
        try await TestDatabase.with { db in
            try await schedule(db, "tick", "every_seconds => 1, starts_at => '2026-01-01T00:00Z'")
            try await db.sql("UPDATE ix_schedules SET next_at = '2026-01-01T00:00Z'")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 { group.addTask { try await Self.fireAll(db) } }
                group.addTask { try await Self.disturb(db) }
                try await group.waitForAll()
            }
            let moments = try await db.sql("SELECT request_id FROM ix_jobs ORDER BY request_id").compactMap { $0[0] }
            let expected = (0..<60).map { "tick@2026-01-01T00:00:\($0 < 10 ? "0" : "")\($0)Z" }
            #expect(moments == expected)
        }
    }

    private static let end = "2026-01-01T00:01Z"

    /// One daemon: reads the plan and fires, until the last moment has fired. The connection may break at any statement.
    private static func fireAll(_ db: TestDatabase) async throws {
        let session = db.session()
        var isOver = false
        while !isOver {
            do {
                let plan = try await session.sql(
                    "SELECT version, next_at, next_at >= '\(end)' FROM ix_schedules WHERE name = 'tick'")
                guard let row = plan.first else { continue }
                isOver = row[2] == "t"
                if isOver { break }
                try await session.sql(
                    "SELECT * FROM ix_fire('tick', $1, $2, $2::timestamptz + interval '1 second')", [row[0], row[1]])
            } catch let failure as SQLFailure
                where failure.state.hasPrefix("57P") || failure.state.hasPrefix("08") || failure.state.isEmpty
            {
                continue
            }
        }
        await session.close()
    }

    /// Until the last moment: an edit, a plan five moments back, the end of a backend.
    private static func disturb(_ db: TestDatabase) async throws {
        let session = db.session()
        for round in 0..<40 {
            let isOver = try await session.sql("SELECT 1 FROM ix_schedules WHERE next_at >= '\(end)'")
            if !isOver.isEmpty { break }
            switch round % 3 {
            case 0:
                try await session.sql(
                    """
                    SELECT ix_schedule('tick', '{"use_case": "report", "n": \(round)}', every_seconds => 1,
                                       starts_at => '2026-01-01T00:00Z')
                    """)
            case 1:
                try await session.sql(
                    """
                    UPDATE ix_schedules SET next_at = greatest(next_at - interval '5 seconds', '2026-01-01T00:00Z')
                     WHERE next_at < '\(end)'
                    """)
            default:
                try await session.sql(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                     WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%ix_fire%' LIMIT 1
                    """)
            }
        }
        await session.close()
    }
}
