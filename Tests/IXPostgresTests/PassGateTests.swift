import IXTestSupport
import Testing

/// One admission and one release run at a time, and who may hold them up.
@Suite(.needsPostgres, .needsOwnCluster, .timeLimit(.minutes(2))) struct PassGateTests {
    private static let admit = "SELECT admitted FROM ix_admit(20)"
    private static let release = "SELECT notes FROM ix_release(10)"

    private static func withJobInLine(_ body: (TestDatabase) async throws -> Void) async throws {
        try await TestDatabase.with { db in
            try await db.sql(
                """
                SELECT ix_set_queue('mail', '{"concurrency": 1}');
                SELECT ix_enqueue('{"use_case": "mail", "ix_client_id": "c", "request_id": "1"}')
                """)
            try await body(db)
        }
    }

    @Test func `no advisory lock holds up a pass, which every role could take`() async throws {
        try await Self.withJobInLine { db in
            let holder = db.session()
            for table in ["ix_lines", "ix_ended", "ix_admission_gate", "ix_release_gate"] {
                try await holder.sql("SELECT pg_advisory_lock('\(table)'::regclass::oid::integer, 1)")
            }
            #expect(try await db.sql(Self.admit) == [["1"]])
            #expect(try await db.sql(Self.release) == [["0"]])
            await holder.close()
        }
    }

    @Test func `beside a pass under way another one does nothing and doesn't wait`() async throws {
        try await Self.withJobInLine { db in
            let other = db.session()
            try await other.sql("BEGIN")
            #expect(try await other.sql(Self.release) == [["0"]])
            #expect(try await other.sql(Self.admit) == [["1"]])
            #expect(try await db.sql(Self.admit) == [["-1"]])
            #expect(try await db.sql(Self.release) == [["-1"]])
            try await other.sql("COMMIT")
            #expect(try await db.sql(Self.admit) == [["0"]])
            await other.close()
        }
    }

    @Test func `no advisory lock holds up a pause or a change of a limit`() async throws {
        try await Self.withJobInLine { db in
            let holder = db.session()
            for table in ["ix_lines", "ix_hand_on_gate"] {
                try await holder.sql("SELECT pg_advisory_lock('\(table)'::regclass::oid::integer, 2)")
            }
            try await db.sql(
                "SET lock_timeout = '1s'; SELECT ix_set_queue('mail', '{\"concurrency\": 2}'); SELECT ix_pause('mail')")
            await holder.close()
        }
    }

    @Test func `a role that may read alone can't lock passes, ends and pauses out`() async throws {
        try await RoleDatabase.with { db in
            let reader = SQLSession(try db.url(as: "ix_reader"))
            for lock in [
                "LOCK TABLE ix_admission_gate IN SHARE UPDATE EXCLUSIVE MODE",
                "LOCK TABLE ix_release_gate IN SHARE UPDATE EXCLUSIVE MODE",
                "LOCK TABLE ix_hand_on_gate IN ROW SHARE MODE", "LOCK TABLE ix_hand_on_gate IN EXCLUSIVE MODE",
            ] {
                await #expect(throws: (any Error).self, "\(lock)") { try await reader.sql("BEGIN; \(lock)") }
                try await reader.sql("ROLLBACK")
            }
            await reader.close()
        }
    }
}
