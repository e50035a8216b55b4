import IXStore
import IXTestSupport
import Testing

/// Receipts of pruned jobs: when a job goes, what is cut, and what a statement reads.
@Suite(.needsPostgres, .timeLimit(.minutes(2))) struct ReceiptTests {
    private static let retention = Retention(done: .zero, error: .zero, receipt: .seconds(86_400 * 30))

    private static func enqueue(_ key: String, _ more: String = "") -> String {
        """
        SELECT job_id, status, duplicate FROM ix_enqueue('{"use_case":"u","ix_client_id":"c","request_id":"\(key)"}'\(more))
        """
    }

    /// A job that has ended.
    private static func ended(_ key: String, _ db: TestDatabase, _ more: String = "") async throws -> String {
        let id = try #require(try await db.sql(enqueue(key, more))[0][0])
        try await db.sql("SELECT ix_cancel('\(id)')")
        return id
    }

    private static func walk(_ db: TestDatabase) async throws -> [[String?]] {
        try await db.sql("SELECT error, receipts, next_page FROM ix_prune(0, 256, 0, 0, 100, true)")
    }

    @Test func `a job goes a minute after its receipt, and no step enters or reads it twice`() async throws {
        try await TestDatabase.with { db in
            for key in ["a", "b", "c"] { _ = try await Self.ended(key, db) }
            #expect(
                try await db.sql("SELECT error, receipts, next_page FROM ix_prune(0, 256, 0, 0, 2, true)") == [
                    ["0", "2", "0"]
                ])
            #expect(try await Self.walk(db) == [["0", "1", nil]])
            #expect(try await Self.walk(db) == [["0", "0", nil]])
            try await db.sql("UPDATE ix_receipts SET at = clock_timestamp() - interval '59 s'")
            #expect(try await Self.walk(db) == [["0", "0", nil]])
            try await db.sql("UPDATE ix_receipts SET at = clock_timestamp() - interval '61 s'")
            #expect(try await Self.walk(db) == [["3", "0", nil]])
            #expect(try await db.sql("SELECT count(*) FROM ix_receipts") == [["3"]])
        }
    }

    @Test func `an insert that began before the receipt finds the job`() async throws {
        try await TestDatabase.with { db in
            let id = try await Self.ended("a", db)
            let early = db.session()
            try await early.sql("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1")
            #expect(try await Self.walk(db) == [["0", "1", nil]])
            #expect(try await early.sql(Self.enqueue("a")) == [[id, "error", "t"]])
            try await early.sql("COMMIT")
            await early.close()
        }
    }

    @Test(arguments: ["", ", dedupe_key => 'k'", ", after => '{}'", ", priority => 5"])
    func `every way into ix_enqueue finds the receipt`(_ more: String) async throws {
        try await TestDatabase.with { db in
            let id = try await Self.ended("a", db)
            _ = try await Self.walk(db)
            try await db.sql("UPDATE ix_receipts SET at = '2001-01-01'")
            #expect(try await Self.walk(db) == [["1", "0", nil]])
            #expect(try await db.sql(Self.enqueue("a", more)) == [[id, nil, "t"]])
            let batch = try await db.sql(
                """
                SELECT job_id, status, duplicate FROM ix_enqueue_batch('[{"request": {"use_case":"u","ix_client_id":"c","request_id":"a"}}]')
                """)
            #expect(batch == [[id, nil, "t"]])
            let checked = try await db.sql(
                "SELECT ix_insert_checked(ARRAY[gen_random_uuid()], '{0123456789abcdef}', '{u}', '{c}', '{a}', '{\"{}\"}', '{NULL}', '{3}', '{NULL}')"
            )
            #expect(checked == [[nil]])
            #expect(try await db.sql("SELECT count(*) FROM ix_jobs") == [["0"]])
        }
    }

    @Test func `receipts go after their time, and the receipt of a job that is there is looked at once in that time`()
        async throws
    {
        try await TestDatabase.with { db in
            let first = try #require(try await db.sql(Self.enqueue("a", ", dedupe_key => 'k'"))[0][0])
            #expect(try await db.sql(Self.enqueue("b", ", dedupe_key => 'k'")) == [[first, "pending", "t"]])
            for key in ["c", "d"] { _ = try await Self.ended(key, db) }
            _ = try await Self.walk(db)
            try await db.sql("UPDATE ix_receipts SET at = clock_timestamp() - interval '20 days'")
            _ = try await Self.walk(db)
            #expect(try await db.sql("SELECT ix_prune_access(10, 30 * 86400)") == [["0"]])
            try await db.sql("UPDATE ix_receipts SET at = clock_timestamp() - interval '31 days'")
            #expect(try await db.sql("SELECT ix_prune_access(2, 30 * 86400)") == [["2"]])
            #expect(try await db.sql("SELECT ix_prune_access(2, 30 * 86400)") == [["1"]])
            #expect(try await db.sql("SELECT ix_prune_access(2, 30 * 86400)") == [["0"]])
            #expect(try await db.sql("SELECT job_id, at > now() FROM ix_receipts") == [[first, "t"]])
            #expect(try await db.sql(Self.enqueue("b")) == [[first, "pending", "t"]])
        }
    }

    @Test func `no insert looks for receipts before one was written, and a copied table is found by the next prune`()
        async throws
    {
        try await TestDatabase.with { db in
            let mark = "SELECT pg_sequence_last_value('ix_receipt_marks'::regclass) IS NOT NULL"
            _ = try await db.sql(Self.enqueue("a"))
            _ = try await Self.walk(db)
            #expect(try await db.sql(mark) == [["f"]])
            try await db.sql("INSERT INTO ix_receipts (pair, job_id) SELECT ix_pair('c', 'copied'), gen_random_uuid()")
            try await db.sql("SELECT ix_prune_access(10, 30 * 86400)")
            #expect(try await db.sql(mark) == [["t"]])
            #expect(try await db.sql(Self.enqueue("copied")).map { $0[2] } == ["t"])
            let batch = try await db.sql(
                """
                SELECT duplicate FROM ix_enqueue_batch('[{"request": {"use_case":"u","ix_client_id":"c","request_id":"copied"}},
                    {"request": {"use_case":"u","ix_client_id":"c","request_id":"new"}}]') ORDER BY item
                """)
            #expect(batch == [["t"], ["f"]])
        }
    }

    @Test func `the first receipt is noted before it is written, by the prune and by a dedupe_key`() async throws {
        for isPrune in [true, false] {
            try await TestDatabase.with { db in
                _ = try await Self.ended("a", db)
                if isPrune {
                    #expect(try await Self.walk(db) == [["0", "1", nil]])
                } else {
                    let key = ", dedupe_key => 'k'"
                    _ = try await db.sql(Self.enqueue("b", key))
                    #expect(try await db.sql(Self.enqueue("c", key)).map { $0[2] } == ["t"])
                }
                #expect(try await db.sql("SELECT pg_sequence_last_value('ix_receipt_marks'::regclass)") == [["1"]])
                _ = try await db.sql(Self.enqueue("d"))
                _ = try await Self.walk(db)
                #expect(try await db.sql("SELECT pg_sequence_last_value('ix_receipt_marks'::regclass)") == [["1"]])
            }
        }
    }

    @Test func `a look at a receipt goes by the key, also when the table was empty at the look at its size`()
        async throws
    {
        try await TestDatabase.with { db in
            try await db.sql(
                """
                INSERT INTO ix_receipts (pair, job_id) SELECT ix_pair('c', i::text), gen_random_uuid() FROM generate_series(1, 20000) i;
                DELETE FROM ix_receipts
                """)
            try await db.sql("VACUUM ANALYZE ix_receipts")
            let session = db.session()
            let look = "SELECT job_id FROM ix_receipts p WHERE p.pair = ix_pair('c', 'x')"
            let plan = try await session.sql("EXPLAIN (COSTS off) \(look)").map { $0[0] ?? "" }.joined()
            #expect(plan.contains("ix_receipts_pkey") && !plan.contains("Seq Scan"), "\(plan)")
            await session.close()
        }
    }
}
