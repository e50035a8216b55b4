import IXStore
import IXTestSupport
import Testing

@testable import IXPostgres

/// From an older version to the newest, with rows of every kind in the tables.
@Suite(.needsPostgres, .timeLimit(.minutes(3))) struct SchemaStepTests {
    /// The last version without history and HTTP.
    private static let older: SchemaCatalogue = {
        var catalogue = SchemaCatalogue.current
        catalogue.migrations.removeAll { $0.version > 6 }
        catalogue.descriptions = .init(name: catalogue.descriptions.name, text: "SELECT 1")
        // That version had no ix_errors.
        catalogue.functions = catalogue.functions.map { function in
            guard function.name == "ix_note_error" else { return function }
            return .init(
                name: function.name, text: function.text.replacing(/INSERT [^)]*\)|ON CONFLICT DO NOTHING/, with: ""))
        }
        return catalogue
    }()

    private static let rows = [
        OriginalTable.rows,
        #"SELECT ix_enqueue('{"use_case":"u","ix_client_id":"c","request_id":"a"}', 'http://localhost/')"#,
        #"SELECT ix_enqueue('{"use_case":"u","ix_client_id":"c","request_id":"b"}', run_at => now() + interval '1 day')"#,
        #"SELECT ix_enqueue('{"use_case":"u","ix_client_id":"c","request_id":"e"}', expires_at => now() + interval '1 day')"#,
        """
        INSERT INTO ix_daemons (daemon_id, instance, host, pid, version, lease_until)
        VALUES ('aaaaaaaa-0000-4000-8000-000000000001', 'i', 'h', 1, '0', '-infinity')
        """,
        """
        UPDATE ix_jobs SET status = 'running', claim_id = job_id, daemon_id = 'aaaaaaaa-0000-4000-8000-000000000001'
         WHERE request_id = 'a'
        """,
        "INSERT INTO ix_suspects (job_id, width, attempts) SELECT job_id, 1, 0 FROM ix_jobs WHERE request_id = 'a'",
        "INSERT INTO ix_attempts (job_id, attempt, claim_id, outcome) SELECT job_id, 0, job_id, 'retry' FROM ix_jobs",
        "INSERT INTO ix_progress (job_id, claim_id) SELECT job_id, job_id FROM ix_jobs WHERE status = 'running'",
        """
        INSERT INTO ix_callbacks (job_id, client_id, url, status)
        SELECT job_id, client_id, 'http://localhost/', status FROM ix_jobs WHERE status IN ('done', 'error')
        """,
        "INSERT INTO ix_deliveries (job_id, claim_id, try, seconds) SELECT job_id, job_id, 1, 0.5 FROM ix_callbacks",
        "INSERT INTO ix_redeliveries (job_id) SELECT job_id FROM ix_callbacks LIMIT 3",
        "INSERT INTO ix_legacy_ends (job_id) SELECT job_id FROM ix_callbacks LIMIT 3",
        "INSERT INTO ix_moved_batches (export_id, batch, direction) VALUES (gen_random_uuid(), 1, 'out')",
        "INSERT INTO ix_client_roles VALUES (session_user::regrole, 'c')",
        "INSERT INTO ix_refused_writes (rule, job_id) VALUES ('edge', gen_random_uuid())",
        #"SELECT ix_enqueue('{"use_case":"u","ix_client_id":"c","request_id":"l"}', group_key => 'g', priority => 3)"#,
        "INSERT INTO ix_queues (queue, concurrency) VALUES ('q', 2)",
        "INSERT INTO ix_groups (queue, group_key, concurrency) VALUES ('q', 'g', 1)",
        "INSERT INTO ix_rates (queue, group_key, full_at) VALUES ('q', '', now())",
        "INSERT INTO ix_members (batch_id, job_id) SELECT job_id, job_id FROM ix_jobs LIMIT 1",
        "INSERT INTO ix_batches (batch_id) SELECT job_id FROM ix_jobs LIMIT 1",
        "INSERT INTO ix_dependencies (job_id, after_job) SELECT job_id, job_id FROM ix_jobs LIMIT 1",
        "INSERT INTO ix_ended (job_id) SELECT job_id FROM ix_jobs LIMIT 1",
        "INSERT INTO ix_schedules (name, cron, request) VALUES ('s', '* * * * *', '{}')",
        "INSERT INTO ix_receipts (pair, job_id) SELECT 'x', job_id FROM ix_jobs LIMIT 1",
        "INSERT INTO ix_dedupes (client_id, use_case, dedupe_key, job_id) SELECT 'c', 'u', 'k', job_id FROM ix_jobs LIMIT 1",
        "INSERT INTO ix_full_clients (queue, client_id) VALUES ('q', 'c')",
        "INSERT INTO ix_admission_gate VALUES (true)", "INSERT INTO ix_release_gate VALUES (true)",
        "INSERT INTO ix_hand_on_gate VALUES (true)",
    ]

    private func tables(_ db: TestDatabase) async throws -> [String] {
        try await db.sql(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'ix\\_schema%' ORDER BY 1"
        ).compactMap { $0[0] }
    }

    private func contents(_ db: TestDatabase, of tables: [String]) async throws -> [[[String?]]] {
        var contents: [[[String?]]] = []
        for table in tables {
            contents.append(try await db.sql("SELECT to_jsonb(t)::text FROM \(table) t ORDER BY 1"))
        }
        return contents
    }

    @Test func `every row of the older version is there in the newest`() async throws {
        try await TestDatabase.with(.empty) { db in
            let older = PostgresMigrator(db.parameters, catalogue: Self.older)
            #expect(try await older.up().versions == Array(1...6))
            await older.close()
            for statement in Self.rows { try await db.sql(statement) }
            let tables = try await tables(db)
            let before = try await contents(db, of: tables)
            #expect(tables.count == 30 && before.allSatisfy { !$0.isEmpty })
            let migrator = PostgresMigrator(db.parameters)
            #expect(try await migrator.up() == SchemaChanges(versions: Array(7...8), functions: ["ix_note_error"]))
            try await migrator.check()
            await migrator.close()
            #expect(try await contents(db, of: tables) == before)
            let store = db.store()
            #expect(try await store.perform { try $0.statistics(countingEnded: true) }.total.running == 21)
            await store.close()
        }
    }
}
