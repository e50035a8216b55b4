import IXStore

/// `SchemaSQL` is the SQL around the files of a schema.
enum SchemaSQL {
    /// The key of the migrators' advisory lock. The lock is tried, never waited for: a statement that waits holds a
    /// snapshot, for which an index built beside writers would wait in turn.
    static let lockKey = "7811889021873440112"

    /// Begins a transaction that the role's or the database's own limits don't end: an index takes its time, and each
    /// statement has a deadline of the caller's. The limits hold within the transaction alone, behind a pooler too.
    static let begin = """
        BEGIN ISOLATION LEVEL READ COMMITTED;
        SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0
        """

    /// Takes the role's and the database's own limits off a session, for statements outside of transactions.
    static let session = "SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0"

    /// A lock timeout of 3 s. A migrator that queued behind a long transaction for an exclusive lock would hold up
    /// every later query on the table.
    static let lockTimeout = "SET LOCAL lock_timeout = '3s'"

    /// The path of every name, so that the caller's path decides nothing. Functions are created before what they call.
    static let settings = """
        SELECT set_config('search_path', format('%I, pg_temp', current_schema()), true);
        SET LOCAL check_function_bodies = off
        """

    static let tables = """
        CREATE TABLE IF NOT EXISTS ix_schema_migrations (
            version       integer PRIMARY KEY,
            checksum      text NOT NULL,
            applied_at    timestamptz NOT NULL DEFAULT now(),
            -- The oldest daemon that the schema serves after this migration.
            oldest_daemon integer NOT NULL,
            finished_at   timestamptz
        );
        CREATE TABLE IF NOT EXISTS ix_schema_objects (
            name       text PRIMARY KEY,
            checksum   text NOT NULL,
            signature  text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now()
        )
        """

    static let applied =
        "SELECT version, checksum, oldest_daemon, finished_at IS NOT NULL AS finished FROM ix_schema_migrations ORDER BY 1"
    static let objects = "SELECT name, checksum FROM ix_schema_objects"
    static let exists = "SELECT to_regclass('ix_schema_migrations') IS NOT NULL AS there"
    static let encoding = "SHOW server_encoding"
    static let schema = "SELECT current_schema()"

    /// Counts the daemons that hold a lease and are older than the given number.
    static func daemons(below number: Int) -> String {
        "SELECT count(*) FROM ix_daemons WHERE lease_until > now() AND coalesce(schema_version, 0) < \(number)"
    }
    static let liveDaemons = "SELECT count(*) FROM ix_daemons WHERE lease_until > now()"

    static func note(_ step: SchemaPlan.Step) -> String {
        """
        INSERT INTO ix_schema_migrations (version, checksum, oldest_daemon)
        VALUES (\(step.version), '\(step.checksum)', \(step.oldestDaemon))
        """
    }

    static func noteFinished(_ step: SchemaPlan.Step) -> String {
        """
        UPDATE ix_schema_migrations SET finished_at = now(), oldest_daemon = greatest(oldest_daemon, version)
         WHERE version = \(step.version)
        """
    }

    /// Refuses foreign functions under the names of ix-worker's functions. Calls could reach such a function in place
    /// of ix-worker's function.
    static func refuseForeign(_ functions: [SchemaCatalogue.Function]) -> String {
        """
        DO $$
        DECLARE
            stray text;
        BEGIN
            SELECT string_agg(p.oid::regprocedure::text, ', ') INTO stray
              FROM pg_proc p
             WHERE p.pronamespace = quote_ident(current_schema())::regnamespace AND p.proname IN (\(names(functions)))
               AND NOT EXISTS (SELECT 1 FROM ix_schema_objects o
                                WHERE o.name = p.proname AND o.signature = p.oid::regprocedure::text);
            IF stray IS NOT NULL THEN
                RAISE EXCEPTION 'other functions have the names of ix-worker''s functions: %; rename or drop them', stray
                    USING ERRCODE = '42723';
            END IF;
        END $$
        """
    }

    /// Notes functions, new or changed, with their signatures, and describes them; PUBLIC may execute none of them.
    /// Producers and daemons under other roles get their rights by `ix-worker migrate --roles`, or by single grants.
    static func note(_ functions: [SchemaCatalogue.Function]) -> String {
        let values = functions.map {
            "('\($0.name)', '\($0.checksum)', '\($0.description.replacing("'", with: "''"))')"
        }.joined(separator: ",\n                   ")
        return """
            DO $ix_note$
            DECLARE
                one record;
            BEGIN
                FOR one IN
                    SELECT p.oid::regprocedure::text AS signature, o.name IS NULL AS is_new
                      FROM pg_proc p LEFT JOIN ix_schema_objects o
                        ON o.name = p.proname AND o.signature = p.oid::regprocedure::text
                     WHERE p.pronamespace = quote_ident(current_schema())::regnamespace AND p.proname IN (\(names(functions)))
                LOOP
                    IF one.is_new THEN
                        EXECUTE format('REVOKE ALL ON ROUTINE %s FROM PUBLIC', one.signature);
                    END IF;
                END LOOP;
                FOR one IN
                    SELECT v.name, v.checksum, v.description, p.oid::regprocedure::text AS signature
                      FROM (VALUES
                   \(values)) AS v (name, checksum, description)
                      JOIN pg_proc p ON p.proname = v.name AND p.pronamespace = quote_ident(current_schema())::regnamespace
                LOOP
                    EXECUTE format('COMMENT ON ROUTINE %s IS %L', one.signature, one.description);
                    INSERT INTO ix_schema_objects AS o (name, checksum, signature)
                    VALUES (one.name, one.checksum, one.signature)
                        ON CONFLICT (name) DO UPDATE
                       SET checksum = excluded.checksum, signature = excluded.signature, applied_at = now();
                END LOOP;
            END $ix_note$
            """
    }

    /// Notes the descriptions of tables, under a name that no function has and without a signature.
    static func noteDescriptions(_ descriptions: SchemaCatalogue.Function) -> String {
        """
        INSERT INTO ix_schema_objects (name, checksum, signature)
        VALUES ('\(descriptions.name)', '\(descriptions.checksum)', '')
            ON CONFLICT (name) DO UPDATE SET checksum = excluded.checksum, applied_at = now()
        """
    }

    /// Drops every function that the notes name, with the trigger that calls it.
    static let dropFunctions = """
        DROP TRIGGER IF EXISTS ix_guard_update ON ix_jobs;
        DROP TRIGGER IF EXISTS ix_fill_insert ON ix_jobs;
        DROP TRIGGER IF EXISTS ix_after_delete ON ix_jobs;
        DO $$
        DECLARE
            one record;
        BEGIN
            FOR one IN SELECT signature FROM ix_schema_objects WHERE signature <> '' LOOP
                EXECUTE format('DROP ROUTINE IF EXISTS %s', one.signature);
            END LOOP;
        END $$
        """

    static let dropTables = "DROP TABLE IF EXISTS ix_schema_objects, ix_schema_migrations"

    private static func names(_ functions: [SchemaCatalogue.Function]) -> String {
        functions.map { "'\($0.name)'" }.joined(separator: ", ")
    }
}
