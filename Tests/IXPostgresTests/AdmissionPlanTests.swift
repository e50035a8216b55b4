import FoundationEssentials
import IXStore
import IXTestSupport
import Testing

@testable import IXPostgres

/// What an admission gives and reads, and that a plain claim reads nothing of flow control.
@Suite(.needsPostgres, .timeLimit(.minutes(3))) struct AdmissionPlanTests {
    /// Puts jobs of the use case `mail` into line, a group after the other.
    private static func fill(_ db: TestDatabase, groups: Int, jobs: Int) async throws {
        try await db.sql(
            """
            SELECT count(*) FROM (
                SELECT ix_enqueue(jsonb_build_object('use_case', 'mail', 'ix_client_id', 'c', 'request_id', n::text),
                                  group_key => 'g' || lpad((n % \(groups))::text, 6, '0'))
                  FROM generate_series(1, \(jobs)) AS n) AS e
            """)
    }

    @Test func `a pass never visits a group twice`() async throws {
        try await TestDatabase.with { db in
            try await db.sql("SELECT ix_set_queue('mail', '{\"group_concurrency\": 1}')")
            try await Self.fill(db, groups: 50, jobs: 150)
            // Before the first group, at one, between two, at the last, and behind all.
            for start in ["", "g000010", "g000010x", "g000049", "z"] {
                let admitted = try await db.sql(
                    "SELECT a.admitted FROM ix_admit(200, jsonb_build_object('mail 0', $1::text)) AS a", [start])
                let turns = try await db.sql(
                    "SELECT count(*), count(DISTINCT group_key) FROM ix_lines WHERE turn IS NOT NULL")
                #expect(admitted == [["50"]] && turns == [["50", "50"]], "from \(start)")
                try await db.sql("UPDATE ix_lines SET turn = NULL")
                try await db.sql("DELETE FROM ix_admissions")
            }
        }
    }

    @Test func `turns that no worker claims keep no other queue from getting some`() async throws {
        try await TestDatabase.with { db in
            for queue in ["mail", "scan"] {
                try await db.sql("SELECT ix_set_queue($1, '{}')", [queue])
                try await db.sql(
                    """
                    SELECT count(*) FROM generate_series(1, 100) AS n, LATERAL
                        ix_enqueue(jsonb_build_object('use_case', $1::text, 'ix_client_id', 'c', 'request_id', $1::text || n))
                    """, [queue])
            }
            for pass in 1...4 {
                try await db.sql("SELECT ix_admit(20)")
                let mail = try await db.count("ix_lines WHERE queue = 'mail' AND turn IS NOT NULL AND NOT held")
                let scan = try await db.count("ix_lines WHERE queue = 'scan' AND turn IS NOT NULL AND NOT held")
                #expect(mail >= 8 && scan <= 20, "pass \(pass): \(mail), \(scan)")
                // The jobs of the one queue run, those of the other find no free pipeline.
                try await db.sql("UPDATE ix_lines SET held = true WHERE queue = 'mail' AND turn IS NOT NULL")
            }
        }
    }

    /// The tuples that an admission of 20 turns read: of each table by scans of the whole, and by its indexes.
    private static func reads(_ db: TestDatabase) async throws -> (
        admitted: Int, tables: [String: (seq: Int, idx: Int)]
    ) {
        let session = db.session()
        try await session.sql("BEGIN")
        let row = try await session.sql("SELECT a.admitted FROM ix_admit(20) AS a")
        let counts = try await session.sql(
            """
            SELECT relname, coalesce(seq_tup_read, 0), coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables
             WHERE relname IN ('ix_jobs', 'ix_lines')
            """)
        try await session.sql("COMMIT")
        await session.close()
        let tables = counts.map { ($0[0] ?? "", (seq: Int($0[1] ?? "") ?? -1, idx: Int($0[2] ?? "") ?? -1)) }
        return (row[0][0].flatMap { Int($0) } ?? -1, Dictionary(tables) { first, _ in first })
    }

    @Test(arguments: ["none", "of an empty table", "fresh"])
    func `limits of any plan: a pass reads no more than it returns`(_ statistics: String) async throws {
        try await TestDatabase.with { db in
            for table in ["ix_jobs", "ix_lines"] {
                try await db.sql("ALTER TABLE \(table) SET (autovacuum_enabled = off)")
                if statistics == "of an empty table" { try await db.sql("ANALYZE \(table)") }
            }
            try await db.sql("SELECT ix_set_queue('mail', '{\"group_concurrency\": 2}')")
            try await Self.fill(db, groups: 1_000, jobs: 5_000)
            if statistics == "fresh" { try await db.sql("ANALYZE ix_jobs, ix_lines") }
            for pass in 1...3 {
                let (admitted, tables) = try await Self.reads(db)
                #expect(admitted == 20, "pass \(pass)")
                for (table, most) in [("ix_jobs", 100), ("ix_lines", 400)] {
                    let read = try #require(tables[table])
                    #expect(read.seq == 0 && (0...most).contains(read.idx), "pass \(pass), \(table): \(read)")
                }
                // The next pass has places in flight to look up.
                try await db.sql("UPDATE ix_lines SET held = true WHERE turn IS NOT NULL")
            }
        }
    }

    @Test func `a plain claim reads nothing of flow`() async throws {
        try await TestDatabase.with { db in
            try await db.sql("SELECT ix_set_queue('mail', '{\"concurrency\": 1, \"rate\": 1, \"rate_seconds\": 1}')")
            try await Self.fill(db, groups: 5, jobs: 50)
            try await db.fill(jobs: 20)
            let store = db.store()
            let daemon = try await store.daemon()
            await store.close()
            let session = db.session()
            try await session.sql("PREPARE claim AS \(Statement.claimNextPending.sql)")
            try await session.sql("BEGIN")
            let claimed = try await session.sql(
                """
                EXECUTE claim (gen_random_uuid(), '\(daemon.uuidString)', true, '-infinity',
                               '00000000-0000-0000-0000-000000000000')
                """)
            let read = try await session.sql(
                """
                SELECT relname, seq_scan, idx_scan FROM pg_stat_xact_user_tables
                 WHERE relname IN ('ix_lines', 'ix_queues', 'ix_groups', 'ix_rates', 'ix_admissions')
                   AND coalesce(seq_scan, 0) + coalesce(idx_scan, 0) > 0
                """)
            try await session.sql("ROLLBACK")
            await session.close()
            #expect(claimed.count == 1 && read.isEmpty, "\(read)")
        }
    }

    @Test func `a rate that says nothing is cut by the prune, one that counts stays`() async throws {
        try await TestDatabase.with { db in
            try await db.sql(
                """
                INSERT INTO ix_rates (queue, group_key, full_at)
                VALUES ('mail', '', now() - interval '2 hours'), ('mail', 'a', now() - interval '2 hours'),
                       ('mail', 'b', now() + interval '1 minute')
                """)
            let gone = try await db.sql("SELECT ix_prune_access(1), ix_prune_access(10), ix_prune_access(10)")
            let left = try await db.sql("SELECT group_key FROM ix_rates")
            #expect(gone == [["1", "1", "0"]] && left == [["b"]])
        }
    }

    @Test func `a limit beyond a million is refused for a queue and a group`() async throws {
        try await TestDatabase.with { db in
            for call in [
                "ix_set_group('mail', 'a', 1000001)", "ix_set_group('mail', 'a', -1)",
                "ix_set_queue('mail', '{\"concurrency\": 1000001}')",
                "ix_set_queue('mail', '{\"group_concurrency\": 1000001}')",
                "ix_set_queue('mail', '{\"rate\": 1000001, \"rate_seconds\": 1}')",
            ] {
                let refusal = await #expect(throws: SQLFailure.self) { try await db.sql("SELECT \(call)") }
                #expect(refusal?.state == "22023", "\(call)")
            }
        }
    }
}
