import FoundationEssentials
import IXCore
import IXPostgres
import IXStore
import IXTestSupport
import Testing

/// A schema whose name SQL reads only in quotes.
@Suite(.needsOwnCluster, .timeLimit(.minutes(5)), .serialized) struct SchemaNameTests {
    private static let names = ["My Schema", #"a"b'c\d"#, "SELECT", "Größe.x"]

    /// Runs `body` in a database whose path is the schema alone.
    private func with(_ name: String, _ body: (TestDatabase) async throws -> Void) async throws {
        try await RoleDatabase.withoutRoles(in: .empty) { db in
            let quoted = "\"" + name.replacing("\"", with: "\"\"") + "\""
            try await db.sql("CREATE SCHEMA \(quoted)")
            try await db.sql("ALTER DATABASE \(db.name) SET search_path = \(quoted)")
            try await db.sql("SET search_path = \(quoted)")
            try await body(db)
        }
    }

    @Test(arguments: names) func `is migrated, checked, given roles, and taken down`(_ name: String) async throws {
        try await with(name) { db in
            let migrator = PostgresMigrator(db.parameters)
            let changes = try await migrator.up()
            #expect(!changes.versions.isEmpty && !changes.indexes.isEmpty)
            try await db.sql(PostgresMigrator.rolesScript)
            try await db.sql(PostgresMigrator.rolesScript)
            try await aJobRuns(in: db)
            // Each changed function is replaced, and every index is looked for.
            try await db.sql("UPDATE ix_schema_objects SET checksum = 'older'")
            let again = try await migrator.up()
            #expect(again.versions.isEmpty && again.indexes.isEmpty && again.functions.contains("ix_wait"))
            try await migrator.check()
            #expect(try await migrator.limps() == [])
            #expect(try await migrator.tablesWithRowSecurity() == [])
            try await aJobRuns(in: db)
            #expect(try await migrator.down(forced: true))
            #expect(try await db.sql("SELECT count(*) FROM ix_jobs") == [["2"]])
            await migrator.close()
        }
    }

    @Test(arguments: names) func `is migrated by the printed SQL`(_ name: String) async throws {
        try await with(name) { db in
            try await db.sql(PostgresMigrator.upScript)
            try await PostgresMigrator(db.parameters).check()
            try await db.sql(PostgresMigrator.downScript)
            #expect(try await db.sql("SELECT to_regclass('ix_daemons')") == [[nil]])
        }
    }

    /// Enqueues as a producer, runs the job as a worker, and waits for the job's end as a producer.
    private func aJobRuns(in db: TestDatabase) async throws {
        let producer = SQLSession(try db.url(as: "ix_producer"))
        let request = #"{"use_case": "u", "ix_client_id": "c", "request_id": "\#(UUID())"}"#
        let job = try await producer.sql("SELECT job_id FROM ix_enqueue($1::jsonb)", [request])[0][0]
        let worker = try db.store(as: "ix_worker")
        let attempt = try await worker.claimed().attempt
        #expect(attempt.jobID.uuidString.lowercased() == job)
        #expect(try await worker.end(attempt, .success()) == .ended(.done, isCallbackDue: false))
        let waited = try await producer.sql("CALL ix_wait($1::uuid, '10 seconds')", [job])
        #expect(waited[0][0] == "done")
        await producer.close()
        await worker.close()
    }
}
