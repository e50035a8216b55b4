import IXTestSupport

/// The table as an existing deployment has it: made by its own schema tool, with types, an index and a check of its own.
enum OriginalTable {
    static let create = """
        CREATE TABLE ix_jobs (
            job_id          uuid NOT NULL,
            ix_id           varchar(16) NOT NULL,
            client_id       varchar(255) NOT NULL,
            request_id      varchar(255) NOT NULL,
            status          varchar(16) NOT NULL,
            request         jsonb NOT NULL,
            response        jsonb,
            callback_url    varchar,
            callback_status varchar(16),
            attempts        integer DEFAULT 0,
            created_at      timestamptz DEFAULT now(),
            started_at      timestamptz,
            finished_at     timestamptz,
            CONSTRAINT pk_ix_jobs PRIMARY KEY (job_id),
            CONSTRAINT uq_ix_jobs_client_request UNIQUE (client_id, request_id),
            CONSTRAINT ck_ix_jobs_status CHECK (status IN ('pending', 'running', 'done', 'error'))
        );
        CREATE INDEX idx_ix_jobs_status_created ON ix_jobs (status, created_at)
        """

    /// Every kind of row that legacy code leaves: waiting, at work, swept, ended, with and without a callback.
    static let rows = """
        INSERT INTO ix_jobs (job_id, ix_id, client_id, request_id, status, request, response, callback_url,
                             callback_status, attempts, created_at, started_at, finished_at)
        SELECT gen_random_uuid(), substr(md5(n::text), 1, 16), 'old', 'r' || n, s.status,
               jsonb_build_object('use_case', 'extract', 'ix_client_id', 'old', 'request_id', 'r' || n, 'n', n),
               CASE WHEN s.ended THEN '{"error": null, "big": 12345678901234567890}'::jsonb END, 'http://old.example/' || n,
               CASE WHEN s.ended AND n % 3 = 0 THEN 'delivered' END, s.attempts, now() - n * interval '1 minute',
               CASE WHEN s.status <> 'pending' THEN now() - interval '1 minute' END, CASE WHEN s.ended THEN now() END
          FROM generate_series(1, 10) AS n,
               (VALUES ('pending', 0, false), ('pending', 5, false), ('running', 1, false), ('running', 5, false),
                       ('done', 0, true), ('done', 2, true), ('error', 5, true)) AS s (status, attempts, ended)
        """.replacing("'r' || n", with: "'r' || n || s.status || s.attempts")

    static let columns = """
        SELECT column_name, ordinal_position, column_default, is_nullable, data_type, character_maximum_length
          FROM information_schema.columns WHERE table_name = 'ix_jobs' ORDER BY ordinal_position
        """

    static let relations = """
        SELECT indexdef FROM pg_indexes WHERE tablename = 'ix_jobs'
        UNION ALL SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'ix_jobs'::regclass
        UNION ALL SELECT tgname FROM pg_trigger WHERE tgrelid = 'ix_jobs'::regclass AND NOT tgisinternal
        UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S', 'v')
        UNION ALL SELECT coalesce(reloptions::text, 'none') FROM pg_class WHERE oid = 'ix_jobs'::regclass
        ORDER BY 1
        """

    static let contents = """
        SELECT job_id, ix_id, client_id, request_id, status, request, response, callback_url, callback_status, attempts,
               created_at, started_at, finished_at FROM ix_jobs ORDER BY job_id
        """
}

extension TestDatabase {
    static func withOriginal(_ body: (TestDatabase) async throws -> Void) async throws {
        try await with(.empty) { db in
            try await db.sql(OriginalTable.create)
            try await db.sql(OriginalTable.rows)
            try await body(db)
        }
    }
}
