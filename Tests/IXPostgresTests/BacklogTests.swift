import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

@testable import IXPostgres

/// A full group ahead of many small ones. `IX_TEST_FLOW_BACKLOG` is the number of its jobs; `make storm-flow` takes 1,000,000.
@Suite(.needsPostgres, .timeLimit(.minutes(30))) struct BacklogTests {
    private static let backlog =
        ProcessInfo.processInfo.environment["IX_TEST_FLOW_BACKLOG"].flatMap { Int($0) } ?? 20_000
    /// The other groups, of a job each.
    private static var groups: Int { backlog / 100 }

    private static func insert(_ db: TestDatabase, _ group: String, from first: Int, through last: Int) async throws {
        try await db.sql(
            """
            INSERT INTO ix_jobs (job_id, ix_id, client_id, request_id, request, use_case, queue, group_key)
            SELECT gen_random_uuid(), 'fedcba9876543210', 'client', n::text, '{"use_case":"mail"}', 'mail', 'mail', \(group)
              FROM generate_series($1::integer, $2::integer) AS n
            """, ["\(first)", "\(last)"])
    }

    @Test func `a full group never holds up another, and no claim reads its backlog`() async throws {
        try await TestDatabase.with { db in
            try await db.sql("SELECT ix_set_queue('mail', '{\"group_concurrency\": 1}')")
            for start in stride(from: 1, through: Self.backlog, by: 10_000) {
                try await Self.insert(db, "'m'", from: start, through: min(start + 9999, Self.backlog))
            }
            let last = Self.backlog + Self.groups
            try await Self.insert(
                db, "CASE n % 2 WHEN 0 THEN 'a' ELSE 'z' END || n", from: Self.backlog + 1, through: last)
            try await db.sql("ANALYZE ix_lines")
            let store = db.store()
            let daemon = try await store.daemon()
            var keys: [String: Int] = [:]
            let start = ContinuousClock.now
            for _ in 0...Self.groups {
                guard let job = try await store.claim(daemon) else { break }
                let key = try await store.job(job.attempt.jobID).groupKey ?? "-"
                keys[key, default: 0] += 1
                // The job of the full group runs on.
                if key != "m" { _ = try await store.end(job.attempt, try .success()) }
            }
            let time = ContinuousClock.now - start
            #expect(keys.count == Self.groups + 1 && keys.values.allSatisfy { $0 == 1 } && keys["m"] == 1)
            #expect(try await store.claim(daemon) == nil)
            let reads = try await Self.reads(db)
            #expect(reads.admitted == 0 && reads.tuples < 200, "\(reads)")
            print(
                "backlog: \(Self.backlog) of one key ahead of \(Self.groups) keys: \(time / (Self.groups + 1)) a claim; \(reads)"
            )
            await store.close()
        }
    }

    /// The rows of lines and jobs that a pass reads that can give nothing.
    private static func reads(_ db: TestDatabase) async throws -> (admitted: Int, tuples: Int) {
        let session = db.session()
        try await session.sql("BEGIN")
        let row = try await session.sql("SELECT a.admitted FROM ix_admit(20) AS a")
        let counts = try await session.sql(
            """
            SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables
             WHERE relname IN ('ix_jobs', 'ix_lines')
            """)
        try await session.sql("COMMIT")
        await session.close()
        return (row[0][0].flatMap { Int($0) } ?? -1, counts[0][0].flatMap { Int($0) } ?? -1)
    }
}
