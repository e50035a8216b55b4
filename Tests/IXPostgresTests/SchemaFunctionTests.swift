import IXStore
import IXTestSupport
import Testing

@testable import IXPostgres

/// A function whose text has changed is applied again, with the rights that its roles have.
@Suite(.needsOwnCluster, .timeLimit(.minutes(5))) struct SchemaFunctionTests {
    private static let document = #"{"use_case":"u","ix_client_id":"c","request_id":"r"}"#

    /// The schema with another text of one function.
    private func changed(_ name: String, _ change: (String) -> String) throws -> SchemaCatalogue {
        var catalogue = SchemaCatalogue.current
        let index = try #require(catalogue.functions.firstIndex { $0.name == name })
        let text = change(catalogue.functions[index].text)
        try #require(text != catalogue.functions[index].text)
        catalogue.functions[index] = .init(name: name, text: text)
        return catalogue
    }

    private func migrate(_ db: TestDatabase, to catalogue: SchemaCatalogue) async throws -> SchemaChanges {
        let migrator = PostgresMigrator(db.parameters, catalogue: catalogue)
        defer { Task { await migrator.close() } }
        return try await migrator.up()
    }

    private func rights(_ db: TestDatabase, of name: String) async throws -> [[String?]] {
        try await db.sql(
            """
            SELECT pg_get_userbyid(proowner), prosecdef, array(SELECT unnest(proacl)::text ORDER BY 1)::text, proconfig::text
              FROM pg_proc WHERE proname = '\(name)'
            """)
    }

    @Test func `a changed text is applied once, and every right stays`() async throws {
        try await RoleDatabase.with { db in
            let before = try await rights(db, of: "ix_enqueue")
            let catalogue = try changed("ix_enqueue") { $0 + "-- changed\n" }
            #expect(try await migrate(db, to: catalogue) == SchemaChanges(functions: ["ix_enqueue"]))
            #expect(try await migrate(db, to: catalogue).isEmpty)
            #expect(try await rights(db, of: "ix_enqueue") == before && before.count == 1)
            let producer = SQLSession(try db.url(as: "ix_producer"))
            #expect(try await producer.sql("SELECT status FROM ix_enqueue('\(Self.document)')") == [["pending"]])
            await producer.close()
        }
    }

    @Test func `a function with another argument or another result takes its former's place and rights`() async throws {
        try await RoleDatabase.with { db in
            let before = try await rights(db, of: "ix_cancel")
            let argument = try changed("ix_cancel") {
                $0.replacing("ix_cancel(job_id uuid)", with: "ix_cancel(job_id uuid, why text DEFAULT NULL)")
            }
            #expect(try await migrate(db, to: argument).functions == ["ix_cancel"])
            #expect(try await rights(db, of: "ix_cancel") == before)
            let result = try changed("ix_cancel") {
                $0.replacing(
                    "RETURNS TABLE (result text, status text)", with: "RETURNS TABLE (result text, state text)")
            }
            #expect(try await migrate(db, to: result).functions == ["ix_cancel"])
            #expect(try await rights(db, of: "ix_cancel") == before && before.count == 1)
            #expect(try await migrate(db, to: .current).functions == ["ix_cancel"])
            #expect(try await db.sql("SELECT ix_cancel(gen_random_uuid())") == [["(not_found,)"]])
        }
    }

    @Test func `a foreign function under the name of a changed function stops the migration`() async throws {
        try await RoleDatabase.with { db in
            try await db.sql("CREATE FUNCTION ix_cancel(text) RETURNS text LANGUAGE sql AS $$ SELECT 'mine' $$")
            let before = try await rights(db, of: "ix_cancel")
            let catalogue = try changed("ix_cancel") { $0 + "-- changed\n" }
            let error = await #expect(throws: StoreError.self) { try await migrate(db, to: catalogue) }
            #expect(error?.code == .schema && error?.message.contains("ix_cancel(text)") == true)
            #expect(try await rights(db, of: "ix_cancel") == before)
        }
    }
}
