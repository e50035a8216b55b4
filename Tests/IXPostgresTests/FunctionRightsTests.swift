import IXPostgres
import IXStore
import IXTestSupport
import Testing

/// What stands in the database gives rights to those who are meant to have them, whatever else they may create.
@Suite(.needsOwnCluster, .timeLimit(.minutes(5))) struct FunctionRightsTests {
    @Test func `after the migration alone a role without rights calls no function and touches no table`() async throws {
        try await RoleDatabase.withoutRoles { db in
            let rights = try await db.sql(
                """
                SELECT p.oid::regprocedure::text FROM pg_proc p
                 WHERE p.pronamespace = 'public'::regnamespace AND has_function_privilege('test_nobody', p.oid, 'EXECUTE')
                UNION ALL
                SELECT c.relname FROM pg_class c
                 WHERE c.relnamespace = 'public'::regnamespace AND CASE c.relkind
                       WHEN 'S' THEN has_sequence_privilege('test_nobody', c.oid, 'SELECT, USAGE, UPDATE')
                       WHEN 'r' THEN has_table_privilege('test_nobody', c.oid,
                                         'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
                            OR has_any_column_privilege('test_nobody', c.oid, 'SELECT, INSERT, UPDATE, REFERENCES') END
                """)
            #expect(rights.isEmpty)
        }
    }

    @Test(arguments: [true, false])
    func `no function of ours takes its names from its caller's path`(_ withRoles: Bool) async throws {
        let body: (TestDatabase) async throws -> Void = { db in
            let functions = try await db.sql(
                """
                SELECT proname, coalesce(proconfig::text, '') LIKE '%search_path=public, pg_temp%'
                  FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY proname
                """)
            #expect(functions.count >= 22)
            for function in functions {
                let name = function[0] ?? ""
                #expect(function[1] == (Self.withoutPath.contains(name) ? "f" : "t"), "\(name)")
            }
        }
        if withRoles { try await RoleDatabase.with(body) } else { try await RoleDatabase.withoutRoles(body) }
    }

    /// Triggers, and what the planner takes over into statements: they name all by its schema.
    private static let withoutPath: Set = [
        "ix_guard_update", "ix_fill_insert", "ix_after_delete", "ix_has_controls", "ix_is_too_deep", "ix_unfolds",
        "ix_is_too_long",
        "ix_is_url", "ix_has_texts", "ix_is_time",
        "ix_passes",
        "ix_next_hint", "ix_new_id",
        "ix_error", "ix_notify", "ix_has_followers", "ix_pair", "ix_client_mark",
        // A procedure that commits may have no path; it has one in its text, for each of its transactions.
        "ix_wait",
    ]

    @Test func `operators and types in a writer's path don't lead the triggers astray`() async throws {
        try await RoleDatabase.withoutRoles { db in
            try await db.sql(#"SELECT * FROM ix_enqueue('{"use_case":"u","ix_client_id":"c","request_id":"r"}')"#)
            try await db.sql(Hijack.schema)
            try await db.sql("GRANT SELECT, INSERT, UPDATE ON ix_jobs TO test_nobody")
            try await db.sql("GRANT USAGE ON SCHEMA evil TO test_nobody")
            let writer = SQLSession(try db.url(as: "nobody"))
            try await writer.sql("SET search_path = evil, pg_catalog, public")
            // The trap is a trap.
            let comparison = "SELECT 'a'::pg_catalog.text = 'b'::pg_catalog.text"
            let caught = await #expect(throws: SQLFailure.self) { try await writer.sql(comparison) }
            #expect(caught?.message == "hijacked")
            for (write, count) in Hijack.writes {
                let rows = try await writer.sql(write)
                #expect(rows.count == count, "\(write)")
            }
            await writer.close()
            // The writer has no right on the table where its refused writes are noted.
            let refused = try await db.sql("SELECT rule, role_name FROM ix_refused_writes ORDER BY refusal_id")
            #expect(refused == ["edge", "claim", "terminal", "terminal"].map { [$0, "test_nobody"] })
            #expect(try await db.sql("SELECT use_case FROM ix_jobs WHERE request_id = 'old'") == [["x"]])
            #expect(try await db.count("ix_legacy_ends") == 1)
        }
    }

    @Test func `temporary tables of the same names don't catch what functions read and write`() async throws {
        try await RoleDatabase.with { db in
            let tables = try await db.sql(
                "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S')")
            let producer = SQLSession(try db.url(as: "ix_producer"))
            for table in tables {
                try await producer.sql("CREATE TEMPORARY TABLE \(table[0] ?? "") (mine integer)")
            }
            try await producer.sql("SET search_path = pg_temp, public")
            let document = #"{"use_case":"u","ix_client_id":"c","request_id":"r"}"#
            let enqueue = "SELECT job_id FROM ix_enqueue('\(document)', 'http://localhost/')"
            let job = try await producer.sql(enqueue)[0][0] ?? ""
            let batch = #"[{"request":{"use_case":"u","ix_client_id":"c","request_id":"b"}}]"#
            try await producer.sql("SELECT * FROM ix_enqueue_batch('\(batch)')")
            #expect(try await producer.sql("SELECT result FROM ix_cancel('\(job)')") == [["cancelled"]])
            #expect(try await producer.sql("SELECT result FROM ix_resubmit('\(job)')") == [["resubmitted"]])
            #expect(try await producer.sql("SELECT ix_redeliver('\(job)')") == [["due"]])
            await producer.close()
            #expect(try await db.count("public.ix_jobs") == 3)
            #expect(try await db.count("public.ix_callbacks") == 1)
            let daemon = SQLSession(try db.url(as: "ix_worker"))
            try await daemon.sql("CREATE TEMPORARY TABLE ix_jobs (mine integer)")
            #expect(try await daemon.sql("SELECT done, error FROM ix_prune(0, 256, 0, 0, 100)") == [["0", "0"]])
            await daemon.close()
        }
    }

    @Test func `a wait calls no stranger's function, whatever its caller's path is and was`() async throws {
        try await RoleDatabase.withoutRoles { db in
            let enqueue = #"SELECT job_id FROM ix_enqueue('{"use_case":"u","ix_client_id":"c","request_id":"r"}')"#
            let call = "ix_wait('\(try await db.sql(enqueue)[0][0] ?? "")', '0')"
            try await db.sql(Stranger.end)
            for isForeign in [false, true] {
                if isForeign { try await db.sql(Stranger.wait) }
                for path in ["evil, public", "public, evil", "pg_temp, evil, public", "evil"] {
                    // The server keeps how the session's first call named the procedure.
                    for former in ["public", "evil, public", "evil"] {
                        let caller = SQLSession(db.url)
                        try await caller.sql(Stranger.temporary)
                        try await caller.sql("SET search_path = \(former)")
                        #expect(try await caller.sql("CALL public.\(call)") == [["pending", nil]])
                        try await caller.sql("SET search_path = \(path)")
                        #expect(try await caller.sql("CALL public.\(call)") == [["pending", nil]], "\(path)")
                        if path != "evil", !isForeign || path.hasPrefix("public") {
                            #expect(try await caller.sql("CALL \(call)") == [["pending", nil]], "\(path)")
                        }
                        #expect(try await caller.sql("SHOW search_path") == [[path]])
                        await caller.close()
                    }
                }
            }
        }
    }

    @Test func `the script of the roles follows a schema that was renamed`() async throws {
        try await RoleDatabase.with { db in
            let name = "later"
            let owner = SQLSession(db.url)
            try await owner.sql("ALTER SCHEMA public RENAME TO \(name)")
            try await owner.sql("SET search_path = \(name)")
            try await owner.sql(PostgresMigrator.rolesScript)
            let lost = try await owner.sql("SELECT proname FROM pg_proc WHERE proconfig::text LIKE '%public%'")
            #expect(lost.isEmpty, "\(lost)")
            let enqueue = #"SELECT job_id FROM ix_enqueue('{"use_case":"u","ix_client_id":"c","request_id":"r"}')"#
            let job = try await owner.sql(enqueue)[0][0] ?? ""
            await owner.close()
            let producer = SQLSession(try db.url(as: "ix_producer"))
            #expect(try await producer.sql("CALL \(name).ix_wait('\(job)', '0')") == [["pending", nil]])
            await producer.close()
        }
    }

    @Test func `a schema with functions of our names is not migrated`() async throws {
        try await TestDatabase.with(.empty) { db in
            try await db.sql("CREATE FUNCTION ix_enqueue(jsonb) RETURNS text LANGUAGE sql AS $$ SELECT 'mine' $$")
            let error = await #expect(throws: StoreError.self) { try await db.migrate(up: true) }
            #expect(error?.code == .schema && error?.message.contains("ix_enqueue(jsonb)") == true)
            #expect(try await db.sql("SELECT ix_enqueue('{}')") == [["mine"]])
        }
    }
}

/// Functions under the names of ours, which stand before ours in a caller's path.
private enum Stranger {
    private static let body = "LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'hijacked'; END $$"
    private static let result = "RETURNS TABLE (status text, response jsonb)"

    static let end = "CREATE SCHEMA evil; CREATE FUNCTION evil.ix_end_of(uuid) \(result) \(body)"
    static let wait = """
        CREATE PROCEDURE evil.ix_wait(uuid, interval DEFAULT '1 minute', INOUT status text DEFAULT NULL,
                                      INOUT response jsonb DEFAULT NULL) \(body)
        """
    static let temporary = """
        CREATE TEMPORARY TABLE ix_jobs (mine integer);
        CREATE FUNCTION pg_temp.ix_end_of(uuid) \(result) \(body)
        """
}

/// A schema that stands before all others in a writer's path, and in which what the guards compare with raises.
private enum Hijack {
    static let schema: String = {
        let operators = [
            ("=", "text", "text"), ("<>", "text", "text"), ("=", "uuid", "uuid"), ("<>", "uuid", "uuid"),
            ("=", "timestamptz", "timestamptz"), ("=", "jsonb", "jsonb"), ("=", "integer", "integer"),
            ("->>", "jsonb", "text"), ("->>", "jsonb", "jsonb"), (">", "timestamptz", "timestamptz"),
        ].enumerated().map { number, one in
            """
            CREATE FUNCTION evil.f\(number)(\(one.1), \(one.2)) RETURNS boolean LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'hijacked'; END $$;
            CREATE OPERATOR evil.\(one.0) (FUNCTION = evil.f\(number), LEFTARG = \(one.1), RIGHTARG = \(one.2));
            """
        }
        return """
            CREATE SCHEMA evil;
            \(operators.joined(separator: "\n"))
            CREATE FUNCTION evil.now() RETURNS timestamptz LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'hijacked'; END $$;
            CREATE FUNCTION evil.format(text, name) RETURNS text LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'hijacked'; END $$;
            CREATE FUNCTION evil.current_setting(text, boolean) RETURNS text LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'hijacked'; END $$;
            CREATE DOMAIN evil.text AS pg_catalog.text CHECK (false);
            CREATE DOMAIN evil.record AS pg_catalog.text CHECK (false);
            """
    }()

    /// As legacy code writes, without a comparison of its own; and how many rows each changes.
    static let writes: [(String, Int)] = [
        // An edge that isn't one.
        ("UPDATE public.ix_jobs SET status = 'done' RETURNING 1", 0),
        // A claim of ours, its end by code that doesn't know it, and its own.
        ("UPDATE public.ix_jobs SET status = 'running', claim_id = job_id RETURNING 1", 1),
        ("UPDATE public.ix_jobs SET status = 'done' RETURNING 1", 0),
        ("UPDATE public.ix_jobs SET status = 'done', finished_claim = job_id RETURNING 1", 1),
        // What has ended stays, but for its callback.
        ("UPDATE public.ix_jobs SET response = '{}' RETURNING 1", 0),
        ("UPDATE public.ix_jobs SET status = 'pending' RETURNING 1", 0),
        ("UPDATE public.ix_jobs SET callback_status = 'failed' RETURNING 1", 1),
        ("UPDATE public.ix_jobs SET callback_status = 'delivered' RETURNING 1", 1),
        // Another's job from insert to end, whose callback may not have been sent.
        (
            """
            INSERT INTO public.ix_jobs (job_id, ix_id, client_id, request_id, request, callback_url)
            VALUES (gen_random_uuid(), 'i', 'c', 'old', '{"use_case": "x"}', 'http://localhost/') RETURNING 1
            """, 1
        ),
        ("UPDATE public.ix_jobs SET status = 'running' WHERE callback_url IS NOT NULL RETURNING 1", 1),
        ("UPDATE public.ix_jobs SET status = 'error', response = '{}' WHERE callback_url IS NOT NULL RETURNING 1", 1),
    ]
}
