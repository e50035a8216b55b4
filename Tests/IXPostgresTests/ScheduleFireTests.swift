import IXTestSupport
import Testing

/// Fires by many callers at once, through edits and ended backends.
@Suite(.needsOwnCluster, .timeLimit(.minutes(3))) struct ScheduleFireTests {
    /// 60 moments, each planned by the one before. Meanwhile the schedule is edited, its plan is set back, and backends die.
    @Test func `each moment fires once, with eight daemons, edits, a plan set back and backends that end`() async throws
    {
        try await TestDatabase.with { db in
            let rule = "every_seconds => 1, starts_at => '2026-01-01T00:00Z'"
            try await db.sql("SELECT ix_schedule('tick', '{\"use_case\": \"report\"}', \(rule))")
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
