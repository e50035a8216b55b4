import IXPostgres
import IXStore
import IXTestSupport
import Testing

/// What stands under the table's name and can't be adopted is refused in plain words, as a fault of the schema, and left as it is.
@Suite(.needsPostgres, .timeLimit(.minutes(3))) struct RefusedTableTests {
    private static let create = OriginalTable.create.replacing("\n", with: " ")

    private static let tables: [(String, String)] = [
        (create.replacing("status          varchar(16)", with: "status          st"), "status is st, must be text"),
        (
            create.replacing("created_at      timestamptz", with: "created_at      timestamp"),
            "created_at is timestamp, must be timestamptz"
        ),
        (create.replacing("attempts        integer", with: "attempts        bigint"), "attempts is int8, must be int4"),
        (
            create.replacing("response        jsonb,", with: "response        jsonb, use_case varchar(20),"),
            "use_case takes 20 characters, needs 255"
        ),
        (
            create.replacing("ix_id           varchar(16)", with: "ix_id           varchar(8)"),
            "ix_id takes 8 characters, needs 16"
        ),
        (create.replacing("CONSTRAINT pk_ix_jobs PRIMARY KEY (job_id),", with: ""), "job_id is not its primary key"),
        (
            create.replacing("CONSTRAINT uq_ix_jobs_client_request UNIQUE (client_id, request_id),", with: "")
                + "; INSERT INTO ix_jobs (job_id, ix_id, client_id, request_id, status, request) SELECT gen_random_uuid(), 'x', 'c', 'r', "
                + "'done', '{}' FROM generate_series(1, 2)", "some jobs have the same client_id and request_id"
        ),
        ("CREATE TABLE real_jobs (job_id uuid); CREATE VIEW ix_jobs AS SELECT * FROM real_jobs", "it is a view"),
        ("CREATE MATERIALIZED VIEW ix_jobs AS SELECT gen_random_uuid() AS job_id", "it is a materialized view"),
        (
            "CREATE TABLE ix_jobs (job_id uuid, created_at timestamptz) PARTITION BY RANGE (created_at)",
            "it is a partitioned table"
        ),
        ("CREATE SEQUENCE ix_jobs", "it is no table"),
        (create + "; CREATE TABLE old_jobs () INHERITS (ix_jobs)", "it is part of an inheritance"),
        (create + "; CREATE RULE r AS ON INSERT TO ix_jobs DO INSTEAD NOTHING", "it has rules"),
        (create + "; CREATE TABLE ix_daemons (id integer)", "\"ix_daemons\" already exists"),
        (
            create + "; CREATE FUNCTION ix_cancel(text) RETURNS text LANGUAGE sql AS $$ SELECT $1 $$",
            "other functions have the names"
        ),
    ]

    @Test(arguments: tables) func `it is refused as a fault of the schema`(_ script: String, _ words: String)
        async throws
    {
        try await TestDatabase.with(.empty) { db in
            try await db.sql("CREATE TYPE st AS ENUM ('pending', 'running', 'done', 'error')")
            try await db.sql(script)
            let before = try await db.sql(OriginalTable.columns)
            let error = await #expect(throws: StoreError.self) { try await db.migrate(up: true) }
            #expect(error?.code == .schema && error?.message.contains(words) == true, "\(String(reflecting: error))")
            #expect(try await db.sql(OriginalTable.columns) == before)
        }
    }

    @Test func `what is adopted with a limp is named, and a table of our own has none`() async throws {
        try await TestDatabase.with(.empty) { db in
            try await db.sql(
                Self.create.replacing("client_id       varchar(255) NOT NULL", with: "client_id varchar(50)")
                    .replacing("attempts        integer", with: "tenant text NOT NULL, attempts integer")
                    .replacing("CREATE TABLE", with: "CREATE UNLOGGED TABLE"))
            _ = try await db.migrate(up: true)
            let migrator = PostgresMigrator(db.parameters)
            let limps = try await migrator.limps()
            await migrator.close()
            for words in [
                "tenant must not be null", "client_id may be null", "client_id takes 50 characters", "unlogged",
            ] {
                #expect(limps.contains { $0.contains(words) }, "\(words) in \(limps)")
            }
        }
        try await TestDatabase.with { db in
            let migrator = PostgresMigrator(db.parameters)
            let limps = try await migrator.limps()
            await migrator.close()
            #expect(limps == [])
        }
    }
}
