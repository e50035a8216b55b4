import IXPostgres
import IXTestSupport
import Testing

/// What the roles come to, beyond single statements.
@Suite(.needsOwnCluster, .timeLimit(.minutes(5))) struct RoleTests {
    private func session<Value>(
        _ db: TestDatabase, _ role: String, _ body: (SQLSession) async throws -> Value
    ) async throws -> Value {
        let session = SQLSession(try db.url(as: role))
        let value = try await body(session)
        await session.close()
        return value
    }

    private func refused(_ sql: String, as role: String, in db: TestDatabase) async throws {
        try await session(db, role) { session in
            let refusal = await #expect(throws: SQLFailure.self, "\(role): \(sql)") { try await session.sql(sql) }
            #expect(refusal?.state == "42501", "\(role): \(sql)")
        }
    }

    private static let job =
        #"SELECT job_id FROM ix_enqueue('{"use_case":"u","ix_client_id":"c","request_id":"r"}')"#

    @Test func `a producer inserts, cancels and resubmits by the functions, and sees no table`() async throws {
        try await RoleDatabase.with { db in
            try await session(db, "ix_producer") { producer in
                let job = try #require(try await producer.sql(Self.job)[0][0])
                #expect(try await producer.sql("SELECT result FROM ix_cancel($1::uuid)", [job]) == [["cancelled"]])
                #expect(try await producer.sql("SELECT result FROM ix_resubmit($1::uuid)", [job]) == [["resubmitted"]])
                let batch = #"[{"request":{"use_case":"u","ix_client_id":"c","request_id":"b"}}]"#
                #expect(
                    try await producer.sql("SELECT status FROM ix_enqueue_batch($1::jsonb)", [batch]) == [["pending"]])
            }
            for sql in [
                "SELECT 1 FROM ix_jobs", "DELETE FROM ix_jobs", "UPDATE ix_jobs SET priority = 1",
                "INSERT INTO ix_jobs DEFAULT VALUES", "SELECT 1 FROM ix_daemons",
                "SELECT * FROM ix_hand_back('{}', '{}', 'x', true, NULL, NULL, NULL)",
            ] { try await refused(sql, as: "ix_producer", in: db) }
        }
    }

    @Test func `a worker can't change what callers said, nor delete a job or a trace of one`() async throws {
        try await RoleDatabase.with { db in
            _ = try await session(db, "ix_producer") { try await $0.sql(Self.job) }
            for sql in [
                "UPDATE ix_jobs SET request = '{}'", "UPDATE ix_jobs SET client_id = 'x'",
                "UPDATE ix_jobs SET callback_url = 'http://x'", "UPDATE ix_jobs SET created_at = now()",
                "DELETE FROM ix_jobs", "DELETE FROM ix_attempts", "UPDATE ix_attempts SET outcome = 'x'",
                "DELETE FROM ix_refused_writes", "TRUNCATE ix_jobs", "DROP TABLE ix_jobs", "CREATE TABLE mine (x int)",
                "ALTER TABLE ix_jobs DISABLE TRIGGER ALL", "INSERT INTO ix_schema_migrations VALUES (9, 'x')",
            ] { try await refused(sql, as: "ix_worker", in: db) }
        }
    }

    @Test func `a reader changes nothing`() async throws {
        try await RoleDatabase.with { db in
            for sql in [
                "UPDATE ix_jobs SET status = 'done'", "DELETE FROM ix_jobs", Self.job, "SELECT * FROM ix_cancel(NULL)",
                "UPDATE ix_daemons SET lease_until = now()",
            ] { try await refused(sql, as: "ix_reader", in: db) }
        }
    }

    @Test func `a caller's search_path doesn't lead the functions astray`() async throws {
        try await RoleDatabase.with { db in
            try await session(db, "ix_producer") { producer in
                try await producer.sql("CREATE TEMPORARY TABLE ix_jobs (LIKE pg_class)")
                try await producer.sql("SET search_path = pg_temp, public")
                _ = try await producer.sql(Self.job)
            }
            #expect(try await db.sql("SELECT count(*) FROM public.ix_jobs") == [["1"]])
        }
    }

    @Test func `the script names every table and function there is`() async throws {
        try await RoleDatabase.with { db in
            let strays = try await db.sql(
                """
                SELECT c.relname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
                 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND r.rolname <> 'ix_owner'
                UNION ALL
                SELECT p.proname FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner
                 WHERE p.pronamespace = 'public'::regnamespace AND r.rolname <> 'ix_owner'
                """)
            #expect(strays.isEmpty, "Sources/IXPostgres/SQL/roles/roles.sql lacks \(strays)")
        }
    }

    @Test func `running it again changes nothing, and the migrator finds nothing to do`() async throws {
        try await RoleDatabase.with { db in
            let rights = "SELECT relname, relacl::text FROM pg_class WHERE relname LIKE 'ix\\_%' ORDER BY 1"
            let before = try await db.sql(rights)
            try await db.sql(PostgresMigrator.rolesScript)
            #expect(try await db.sql(rights) == before)
            let migrator = PostgresMigrator(
                ConnectionParameters(url: try db.url(as: "ix_migrator"), applicationName: "ix-test"))
            #expect(try await migrator.up().isEmpty)
            await migrator.close()
        }
    }

    @Test func `the migrator goes down and up again as the owner`() async throws {
        try await RoleDatabase.with { db in
            let url = try db.address.url(["user": RoleDatabase.login("ix_migrator"), "options": "-c role=ix_owner"])
            let migrator = PostgresMigrator(ConnectionParameters(url: url, applicationName: "ix-test"))
            #expect(try await migrator.down())
            #expect(try await migrator.up().versions == Array(1...8))
            await migrator.close()
            let owners = try await db.sql("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
            #expect(owners == [["ix_owner"]])
        }
    }

    @Test func `who owned ix_jobs before keeps all it could do`() async throws {
        try await TestDatabase.with(.migrated, on: try await PrivateCluster.shared.url) { db in
            let former = "former_" + db.name
            try await db.sql("CREATE ROLE \(former) LOGIN; ALTER TABLE ix_jobs OWNER TO \(former)")
            try await db.sql(PostgresMigrator.rolesScript)
            let session = SQLSession(try db.address.url(["user": former]))
            try await session.sql("ALTER TABLE ix_jobs ADD COLUMN more text; UPDATE ix_jobs SET more = ''")
            await session.close()
            try await db.sql("DROP OWNED BY \(former); DROP ROLE \(former)")
        }
    }
}
