import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

@testable import IXPostgres

/// The tables of HTTP in PostgreSQL: who may write what, what is cut, and what a stranger may have put there.
@Suite(.needsPostgres, .timeLimit(.minutes(5))) struct HTTPTableTests {
    @Test func `each table of HTTP is cut by the prune`() throws {
        let migration = try #require(SQLFile.all.first { $0.name.hasSuffix("_http_up") })
        let tables = migration.text.matches(of: #/\nCREATE TABLE (\w+) /#).map { String($0.1) }
        #expect(tables.count >= 4)
        for table in tables { #expect(SQLFile.text("ix_prune_access").contains("DELETE FROM \(table) "), "\(table)") }
    }

    @Test func `old entries of the audit and old operations go, young ones stay`() async throws {
        try await TestDatabase.with { db in
            try await db.sql(
                """
                INSERT INTO ix_audit (at, actor, role, action) SELECT now() - make_interval(days => d), 'a', 'operator', d::text
                  FROM unnest(ARRAY[500, 401, 399, 0]) AS d
                """)
            try await db.sql(
                """
                INSERT INTO ix_operations (operation_id, state, action, filter, actor, role, count, expires_at, ended_at)
                SELECT gen_random_uuid(), state, 'cancel', '{}', actor, 'operator', 1, now() + expires, now() + ended
                  FROM (VALUES ('preview', 'old preview', interval '-1 minute', NULL), ('preview', 'preview', '1 minute', NULL),
                               ('running', 'running', '-9 days', NULL), ('done', 'old', '-3 days', interval '-2 days'),
                               ('stopped', 'young', '-3 days', '-1 hour')) AS v (state, actor, expires, ended)
                """)
            let store = db.store(connections: 1)
            let gone1 = try await store.perform { try $0.pruneAccess(limit: 1) }
            #expect(gone1 == 2)
            let gone2 = try await store.perform { try $0.pruneAccess(limit: 100) }
            #expect(gone2 == 2)
            let gone3 = try await store.perform { try $0.pruneAccess(limit: 100) }
            #expect(gone3 == 0)
            #expect(try await db.sql("SELECT action FROM ix_audit ORDER BY at") == [["399"], ["0"]])
            let left = try await db.sql("SELECT actor FROM ix_operations ORDER BY actor")
            #expect(left == [["preview"], ["running"], ["young"]])
            await store.close()
        }
    }

    @Test func `dead daemons, refused writes and moved batches are cut, and the newest refusal stays as the count`()
        async throws
    {
        try await TestDatabase.with { db in
            try await db.sql(
                """
                INSERT INTO ix_daemons (daemon_id, instance, host, pid, version, lease_until)
                SELECT gen_random_uuid(), i, 'h', 1, '0', now() - make_interval(days => d)
                  FROM (VALUES ('old', 31), ('owes', 31), ('young', 29), ('live', -1)) AS v (i, d)
                """)
            try await db.sql(
                """
                INSERT INTO ix_running (daemon_id, job_ids)
                SELECT daemon_id, ARRAY[gen_random_uuid()] FROM ix_daemons WHERE instance = 'owes'
                """)
            try await db.sql(
                """
                INSERT INTO ix_refused_writes (rule, job_id, refused_at)
                SELECT 'edge', gen_random_uuid(), now() - make_interval(days => d) FROM unnest(ARRAY[99, 91, 1, 95]) AS d
                """)
            let (old, young) = (UUID.random().uuidString, UUID.random().uuidString)
            try await db.sql(
                """
                INSERT INTO ix_moved_batches (export_id, batch, direction, entered_at)
                SELECT e::uuid, b, 'left', now() - make_interval(days => d)
                  FROM (VALUES ($1, 1, 500), ($1, 2, 401), ($2, 1, 500), ($2, 2, 399)) AS v (e, b, d)
                """, [old, young])
            let store = db.store(connections: 1)
            let gone1 = try await store.perform { try $0.pruneAccess(limit: 1) }
            #expect(gone1 == 3)
            let gone2 = try await store.perform { try $0.pruneAccess(limit: 100) }
            #expect(gone2 == 2)
            let gone3 = try await store.perform { try $0.pruneAccess(limit: 100) }
            #expect(gone3 == 0)
            let daemons = try await db.sql("SELECT instance FROM ix_daemons ORDER BY instance")
            #expect(daemons == [["live"], ["owes"], ["young"]])
            let statistics = try await store.perform { try $0.statistics(countingEnded: false) }
            #expect(try await db.count("ix_refused_writes") == 2 && statistics.refusedWrites == 4)
            let batches = try await db.sql("SELECT DISTINCT export_id FROM ix_moved_batches")
            #expect(batches == [[young.lowercased()]])
            try await db.sql("UPDATE ix_refused_writes SET refused_at = now()")
            try await db.sql(
                """
                INSERT INTO ix_refused_writes (refusal_id, rule, job_id) OVERRIDING SYSTEM VALUE
                VALUES (100004, 'edge', gen_random_uuid())
                """)
            let gone4 = try await store.perform { try $0.pruneAccess(limit: 100) }
            #expect(gone4 == 2)
            await store.close()
        }
    }

    @Test func `a role that this program doesn't know opens, starts and runs nothing`() async throws {
        try await TestDatabase.with { db in
            let (hash, id) = (String(repeating: "0a", count: 32), UUID.random())
            for table in ["tokens", "sessions"] {
                try await db.sql("ALTER TABLE ix_\(table) DROP CONSTRAINT ix_\(table)_role_check")
            }
            try await db.sql(
                "INSERT INTO ix_tokens (token_id, hash, name, role) VALUES ('t', decode($1, 'hex'), 'n', 'x')", [hash])
            try await db.sql(
                "INSERT INTO ix_sessions (hash, actor, role, expires_at) VALUES (decode($1, 'hex'), 'a', 'x', now() + '1 h')",
                [hash])
            try await db.sql("INSERT INTO ix_audit (actor, role, action) VALUES ('a', 'x', 'cancel')")
            for (id, state) in [(id, "preview"), (UUID.random(), "running")] {
                try await db.sql(
                    """
                    INSERT INTO ix_operations (operation_id, state, action, filter, actor, role, count, expires_at)
                    VALUES ($1::uuid, $2, 'cancel', '{}', 'a', 'x', 1, now() + interval '1 hour')
                    """, [id.uuidString, state])
            }
            let store = db.store(connections: 1)
            try await store.perform { operations throws -> Void in
                #expect(try operations.token("t") == nil)
                #expect(try operations.session(hash) == nil)
                #expect(try operations.audit(before: nil, limit: 9).map(\.role) == ["x"])
                #expect(try !operations.startBulk(id))
                #expect(try operations.claimBulk(as: .random(), lease: .seconds(60)) == nil)
            }
            let error = await #expect(throws: StoreError.self) { try await store.perform { try $0.bulkOperation(id) } }
            #expect(error?.code == .unreadable)
            await store.close()
        }
    }

    /// What the entry says of actor and role where the login gave `mallory` and `operator`.
    @Test(
        .needsOwnCluster,
        arguments: [
            ("ix_producer", "test_ix_producer", "producer"), ("ix_worker", "test_ix_worker", "worker"),
            ("ix_operator", "mallory", "operator"), ("ix_server", "mallory", "operator"),
            ("ix_migrator", "mallory", "operator"),
        ])
    func `the audit names a login that may not speak for others`(
        _ role: String, _ actor: String, _ written: String
    ) async throws {
        try await RoleDatabase.with { db in
            let store = try db.store(as: role, connections: 1)
            let entry = AuditEntry(
                actor: "mallory", role: "operator", action: "cancel", target: "j", filter: #"{"a": 1}"#, count: 2,
                requestID: "r", address: "10.0.0.1")
            try await store.perform { try $0.recordAudit(entry) }
            await store.close()
            let rows = try await db.sql("SELECT actor, role, action, target, filter, count, address FROM ix_audit")
            let address = actor == "mallory" ? "10.0.0.1" : nil
            #expect(rows == [[actor, written, "cancel", "j", #"{"a": 1}"#, "2", address]])
        }
    }

    @Test(.needsOwnCluster, arguments: RoleDatabase.logins.filter { !["ix_owner", "ix_migrator"].contains($0) })
    func `no role but the owner changes or deletes what the audit has`(_ role: String) async throws {
        try await RoleDatabase.with { db in
            try await db.sql("INSERT INTO ix_audit (actor, role, action) VALUES ('a', 'operator', 'cancel')")
            let session = SQLSession(try db.url(as: role))
            for change in [
                "UPDATE ix_audit SET actor = 'b'", "DELETE FROM ix_audit", "TRUNCATE ix_audit",
                "INSERT INTO ix_audit (actor, role, action) VALUES ('b', 'operator', 'cancel')",
            ] {
                let failure = await #expect(throws: SQLFailure.self) { try await session.sql(change) }
                #expect(failure?.state == "42501", "\(role): \(change)")
            }
            await session.close()
        }
    }
}
