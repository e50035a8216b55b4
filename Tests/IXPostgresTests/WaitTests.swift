import IXPostgres
import IXTestSupport
import Testing

/// `ix_wait`: a producer of any language waits for a job's end.
@Suite(.needsPostgres, .timeLimit(.minutes(3))) struct WaitTests {
    private static func enqueue(_ session: SQLSession, _ key: String = "r") async throws -> String {
        let rows = try await session.sql(
            "SELECT job_id FROM ix_enqueue('{}', use_case => 'u', client_id => 'c', request_id => '\(key)')")
        return try #require(rows.first?.first ?? nil)
    }

    /// Waits until the call sleeps.
    private static func sleeps(_ db: TestDatabase, _ condition: String = "true") async throws -> Bool {
        try await eventually(within: .seconds(30)) {
            try await db.sql(
                """
                SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'CALL%ix_wait%'
                   AND wait_event = 'PgSleep' AND (\(condition))
                """) == [["1"]]
        }
    }

    @Test func `a call returns at the job's end with status and response`() async throws {
        try await TestDatabase.with { db in
            let session = SQLSession(db.url)
            let job = try await Self.enqueue(session)
            async let ended = session.sql("CALL ix_wait('\(job)', '1 minute')")
            #expect(try await Self.sleeps(db))
            try await db.sql("SELECT ix_cancel('\(job)')")
            let row = try #require(try await ended.first)
            #expect(row[0] == "error" && row[1]?.contains(#""code": "cancelled""#) == true, "\(row)")
            // An ended job is no wait, so that a transaction may ask, too, and keeps its path.
            let path = try await session.sql("SHOW search_path")
            try await session.sql("BEGIN")
            #expect(try await session.sql("CALL ix_wait('\(job)')").first == row)
            #expect(try await session.sql("SHOW search_path") == path)
            try await session.sql("ROLLBACK")
            await session.close()
        }
    }

    @Test func `a call that waits holds no lock and no old snapshot`() async throws {
        try await TestDatabase.with { db in
            let session = SQLSession(db.url)
            let job = try await Self.enqueue(session)
            async let ended = session.sql("CALL ix_wait('\(job)', '1 minute')")
            #expect(try await Self.sleeps(db, "query_start < clock_timestamp() - interval '3 seconds'"))
            // Its present transaction is a pause old at most, and the call is over three seconds old.
            #expect(try await Self.sleeps(db, "xact_start > clock_timestamp() - interval '2 seconds'"))
            // Nothing of the table is locked between two looks: this lock would wait for any reader's transaction.
            try await db.sql("BEGIN; LOCK TABLE ix_jobs IN ACCESS EXCLUSIVE MODE; COMMIT")
            try await db.sql("SELECT ix_cancel('\(job)')")
            #expect(try await ended.first?[0] == "error")
            await session.close()
        }
    }

    @Test func `a job that has not ended in time comes back with its status`() async throws {
        try await TestDatabase.with { db in
            let session = SQLSession(db.url)
            let job = try await Self.enqueue(session)
            #expect(try await session.sql("CALL ix_wait('\(job)', '50 milliseconds')") == [["pending", nil]])
            #expect(try await session.sql("CALL ix_wait('\(job)', '0')") == [["pending", nil]])
            // Whatever the path of the caller is, then and later.
            for path in ["pg_catalog", "''", "public"] {
                try await session.sql("SET search_path = \(path)")
                #expect(
                    try await session.sql("CALL public.ix_wait('\(job)', '50 milliseconds')") == [["pending", nil]])
            }
            await session.close()
        }
    }

    @Test func `what can't be waited for is refused with a reason`() async throws {
        try await TestDatabase.with { db in
            let session = SQLSession(db.url)
            let job = try await Self.enqueue(session)
            for (call, state, words) in [
                ("ix_wait(gen_random_uuid())", "P0002", "job_id: there is no job"),
                ("ix_wait(NULL)", "P0002", "job_id: there is no job null"),
                ("ix_wait('\(job)', '-1 second')", "22023", "timeout: must be 0 seconds to 1 day, is -00:00:01"),
                ("ix_wait('\(job)', '25 hours')", "22023", "timeout: must be 0 seconds to 1 day, is 25:00:00"),
                ("ix_wait('\(job)', NULL)", "22023", "timeout: must be 0 seconds to 1 day, is null"),
            ] {
                let refused = await #expect(throws: SQLFailure.self) { try await session.sql("CALL \(call)") }
                #expect(
                    refused?.state == state && refused?.message.hasPrefix(words) == true, "\(call): \(refused as Any)")
            }
            try await session.sql("BEGIN")
            let inside = await #expect(throws: SQLFailure.self) { try await session.sql("CALL ix_wait('\(job)')") }
            #expect(inside?.state == "2D000")
            try await session.sql("ROLLBACK")
            await session.close()
        }
    }
}

/// The roles that may wait.
@Suite(.needsOwnCluster, .timeLimit(.minutes(3))) struct WaitRightsTests {
    @Test func `a producer without a right on any table waits, for its own client's jobs alone where it is bound`()
        async throws
    {
        try await RoleDatabase.with { db in
            let producer = SQLSession(try db.url(as: "ix_producer"))
            let enqueue = "SELECT job_id FROM ix_enqueue('{}', use_case => 'u', client_id => 'c', request_id => 'r')"
            let job = try #require(try await producer.sql(enqueue).first?.first ?? nil)
            #expect(try await producer.sql("CALL ix_wait('\(job)', '50 milliseconds')") == [["pending", nil]])
            try await db.sql("SELECT ix_cancel('\(job)')")
            #expect(try await producer.sql("CALL ix_wait('\(job)')").first?[0] == "error")
            let bound = try await producer.sql("SELECT current_user")[0][0] ?? ""
            try await db.sql("INSERT INTO ix_client_roles VALUES ('\(bound)', 'other')")
            let refused = await #expect(throws: SQLFailure.self) { try await producer.sql("CALL ix_wait('\(job)')") }
            #expect(refused?.state == "P0002")
            await producer.close()
        }
    }
}
