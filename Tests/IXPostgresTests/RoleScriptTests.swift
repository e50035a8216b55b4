import IXPostgres
import IXTestSupport
import Testing

/// What `ix-worker migrate --roles` takes on, and what it refuses.
@Suite(.needsOwnCluster, .timeLimit(.minutes(5))) struct RoleScriptTests {
    /// The refusal's SQLSTATE; nothing of the script has happened then.
    private func refusal(_ db: TestDatabase) async throws -> String? {
        let before = try await owners(db)
        let refusal = await #expect(throws: SQLFailure.self) { try await db.sql(PostgresMigrator.rolesScript) }
        try await db.sql("ROLLBACK")
        #expect(try await owners(db) == before)
        return refusal?.state
    }

    private func owners(_ db: TestDatabase) async throws -> [[String?]] {
        try await db.sql(
            """
            SELECT oid::regprocedure::text, proowner::regrole, prosecdef, proacl::text FROM pg_proc
             WHERE pronamespace = 'public'::regnamespace ORDER BY 1
            """)
    }

    @Test(arguments: ["PUBLIC", "test_ix_producer", "test_nobody"])
    func `a schema where others may create is refused`(_ other: String) async throws {
        try await RoleDatabase.withoutRoles { db in
            try await db.sql("GRANT CREATE ON SCHEMA public TO \(other)")
            #expect(try await refusal(db) == "42501")
            try await db.sql("REVOKE CREATE ON SCHEMA public FROM \(other)")
            try await db.sql(PostgresMigrator.rolesScript)
        }
    }

    @Test func `a function of the same name with other arguments stays whose it is`() async throws {
        try await RoleDatabase.withoutRoles { db in
            try await db.sql(
                """
                CREATE FUNCTION ix_enqueue(jsonb) RETURNS text LANGUAGE sql AS $$ SELECT 'mine' $$;
                CREATE FUNCTION ix_prune(text) RETURNS text LANGUAGE sql AS $$ SELECT 'mine' $$;
                CREATE FUNCTION ix_cancel(text) RETURNS text LANGUAGE sql AS $$ SELECT 'mine' $$;
                """)
            let foreign = "IN ('ix_enqueue(jsonb)', 'ix_prune(text)', 'ix_cancel(text)')"
            let before = try await owners(db).filter { foreign.contains("'\($0[0] ?? "")'") }
            try await db.sql(PostgresMigrator.rolesScript)
            let after = try await owners(db).filter { foreign.contains("'\($0[0] ?? "")'") }
            #expect(before.count == 3 && after == before)
        }
    }

    @Test func `a role that the script didn't make is refused`() async throws {
        // Roles are the whole server's.
        let cluster = try await PrivateCluster()
        try await TestDatabase.with(.migrated, on: cluster.url) { db in
            for made in ["CREATE ROLE ix_reader LOGIN", "CREATE ROLE ix_owner SUPERUSER"] {
                try await db.sql(made)
                #expect(try await refusal(db) == "42710")
                try await db.sql("DROP ROLE IF EXISTS ix_reader; DROP ROLE IF EXISTS ix_owner")
            }
            try await db.sql(PostgresMigrator.rolesScript)
            try await db.sql(PostgresMigrator.rolesScript)
        }
        try await cluster.remove()
    }
}
