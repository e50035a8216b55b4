import FoundationEssentials
import GRDB
import IXStore
import IXTestSupport
import Testing

@testable import IXSQLite

/// The file's schema goes from version to version.
@Suite(.timeLimit(.minutes(2))) struct SchemaTests {
    private func migrate(_ file: TestFile, to catalogue: SQLiteCatalogue = .current) throws {
        let pool = try DatabasePool(path: file.path)
        try SQLiteMigration.up(pool, to: catalogue)
        try pool.close()
    }

    /// The last version without history and HTTP.
    private static let older: SQLiteCatalogue = {
        var catalogue = SQLiteCatalogue.current
        catalogue.migrations.removeAll { $0.version > 5 }
        catalogue.objects.removeAll { $0.text.contains("ix_errors") }
        return catalogue
    }()

    private static let rows = [
        #"""
        INSERT INTO ix_enqueue (request, callback_url)
        VALUES ('{"use_case":"u","ix_client_id":"c","request_id":"a"}', 'http://localhost/'),
               ('{"use_case":"u","ix_client_id":"c","request_id":"b"}', 'http://localhost/'),
               ('{"use_case":"u","ix_client_id":"c","request_id":"d"}', NULL)
        """#,
        "UPDATE ix_jobs SET status = 'running', claim_id = job_id WHERE request_id IN ('a', 'b')",
        "UPDATE ix_jobs SET status = 'done', response = '{}', finished_claim = claim_id WHERE request_id = 'a'",
        "INSERT INTO ix_daemons (daemon_id, instance, host, pid, version, started_at) VALUES ('d', 'i', 'h', 1, '0', 't')",
        "INSERT INTO ix_suspects (job_id, width, attempts) SELECT job_id, 1, 0 FROM ix_jobs",
        """
        INSERT INTO ix_attempts (job_id, attempt, claim_id, ended_at, outcome)
        SELECT job_id, 0, job_id, created_at, 'retry' FROM ix_jobs
        """,
        "INSERT INTO ix_progress (job_id, claim_id, updated_at) SELECT job_id, job_id, created_at FROM ix_jobs",
        """
        INSERT INTO ix_deliveries (job_id, claim_id, try, ended_at, seconds)
        SELECT job_id, job_id, 1, ended_at, 0.5 FROM ix_callbacks
        """,
        "INSERT INTO ix_moved_batches VALUES ('e', 1, 'out', 't')",
        "UPDATE ix_jobs SET response = NULL WHERE request_id = 'a'",
        #"""
        INSERT INTO ix_enqueue (request, group_key, priority)
        VALUES ('{"use_case":"u","ix_client_id":"c","request_id":"l"}', 'g', 3)
        """#,
        "INSERT INTO ix_queues (queue, concurrency) VALUES ('q', 2)",
        "INSERT INTO ix_groups (queue, group_key, concurrency) VALUES ('q', 'g', 1)",
        "INSERT INTO ix_rates (queue, group_key, full_at) VALUES ('q', '', 't')",
        "INSERT INTO ix_running (daemon_id, job_ids) VALUES ('d', '[]')",
        "INSERT INTO ix_expiring (expires_at, job_id) SELECT 't', job_id FROM ix_jobs LIMIT 1",
        "INSERT INTO ix_members (batch_id, job_id, created_at) SELECT job_id, job_id, created_at FROM ix_jobs LIMIT 1",
        "INSERT INTO ix_batches (batch_id, created_at) SELECT job_id, created_at FROM ix_jobs LIMIT 1",
        "INSERT INTO ix_dependencies (job_id, after_job) SELECT job_id, job_id FROM ix_jobs LIMIT 1",
        "INSERT INTO ix_ended (job_id) SELECT job_id FROM ix_jobs LIMIT 1",
        "INSERT INTO ix_schedules (name, cron, request) VALUES ('s', '* * * * *', '{}')",
        "INSERT INTO ix_receipts (client_id, request_id, job_id) SELECT 'c', 'r', job_id FROM ix_jobs LIMIT 1",
        "INSERT INTO ix_dedupes (client_id, use_case, dedupe_key, job_id) SELECT 'c', 'u', 'k', job_id FROM ix_jobs LIMIT 1",
        "INSERT INTO ix_full_clients (queue, client_id) VALUES ('q', 'c')",
    ]

    @Test func `every row of the older version is there in the newest`() async throws {
        try await TestFile.with { file in
            try migrate(file, to: Self.older)
            let foreign = try Foreign(file)
            for statement in Self.rows { try foreign.sql(statement) }
            let tables = try foreign.sql(
                """
                SELECT name FROM sqlite_schema
                 WHERE type = 'table' AND name LIKE 'ix\\_%' ESCAPE '\\' AND name NOT LIKE 'ix_schema%' ORDER BY 1
                """
            ).compactMap { $0[0] }
            let before = try tables.map { try foreign.sql("SELECT * FROM \($0) ORDER BY 1") }
            #expect(tables.count == 25 && before.allSatisfy { !$0.isEmpty })
            try migrate(file)
            #expect(try tables.map { try foreign.sql("SELECT * FROM \($0) ORDER BY 1") } == before)
            let versions = try foreign.sql("SELECT version FROM ix_schema_migrations ORDER BY 1")
            #expect(versions == (1...SQLiteCatalogue.current.newest).map { ["\($0)"] })
            let store = file.store()
            try await store.insert("after")
            await store.close()
        }
    }

    @Test func `a changed trigger or view is applied again, once`() async throws {
        try await TestFile.with { file in
            try migrate(file)
            var catalogue = SQLiteCatalogue.current
            for name in ["ix_guard_edge", "ix_enqueue"] {
                let index = try #require(catalogue.objects.firstIndex { $0.name == name })
                let object = catalogue.objects[index]
                let text = object.text.replacing("CREATE ", with: "CREATE /* changed */ ")
                catalogue.objects[index] = .init(name: name, text: text, isView: object.isView)
            }
            let foreign = try Foreign(file)
            let objects = "SELECT name FROM sqlite_schema WHERE type IN ('trigger', 'view') ORDER BY 1"
            let before = try foreign.sql(objects)
            try migrate(file, to: catalogue)
            #expect(try foreign.sql(objects) == before && before.count == 22)
            let notes = "SELECT name, checksum FROM ix_schema_objects ORDER BY 1"
            let noted = try foreign.sql(notes)
            #expect(noted == catalogue.objects.sorted { $0.name < $1.name }.map { [$0.name, $0.checksum] })
            try migrate(file, to: catalogue)
            #expect(try foreign.sql(notes) == noted)
        }
    }

    @Test func `an older program opens a newer file that still serves it, and no other`() async throws {
        try await TestFile.with { file in
            try migrate(file)
            let note = "INSERT INTO ix_schema_migrations (version, checksum, oldest_daemon) VALUES (99, 'x', 7)"
            try Foreign(file).sql(note)
            let served = file.store()
            try await served.insert("a")
            await served.close()
            try Foreign(file).sql("UPDATE ix_schema_migrations SET oldest_daemon = 99 WHERE version = 99")
            let refused = file.store()
            let error = await #expect(throws: StoreError.self) { try await refused.insert("b") }
            #expect(error?.code == .schema && error?.message.contains("from version 99 on") == true)
            await refused.close()
        }
    }

    @Test func `the printed script makes the same file as the program`() async throws {
        try await TestFile.with { file in
            try migrate(file)
            try await TestFile.with { other in
                let foreign = try Foreign(other)
                try foreign.queue.writeWithoutTransaction { try $0.execute(sql: SQLiteStore.schemaScript) }
                let schema = "SELECT sql FROM sqlite_schema ORDER BY type, name"
                #expect(try foreign.sql(schema) == Foreign(file).sql(schema))
                try migrate(other)
            }
        }
    }

    @Test func `every table says which duty cuts it, and a terminal row keeps every column`() throws {
        for migration in SQLiteCatalogue.current.migrations {
            for block in migration.up.split(separator: "\n\n") {
                guard let table = block.firstMatch(of: #/(?m)^CREATE TABLE (\w+)/#)?.1, table != "ix_jobs" else {
                    continue
                }
                #expect(block.contains("\n-- Cut by: "), "\(table)")
            }
        }
        let columns = SQLFile.text("0001_jobs_up").matches(of: #/(?m)^    ([a-z_]+) +(text|integer)/#).map {
            String($0.1)
        }
        #expect(columns.count == 31)
        for column in columns { #expect(SQLFile.text("ix_guard_terminal").contains("OLD.\(column)"), "\(column)") }
    }
}
