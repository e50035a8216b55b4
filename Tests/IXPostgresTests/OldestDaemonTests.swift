import IXStore
import IXTestSupport
import Testing

@testable import IXPostgres

/// A newer schema serves older daemons until it is finished.
@Suite(.needsPostgres, .timeLimit(.minutes(3))) struct OldestDaemonTests {
    /// The next version: a new column beside an old one, which goes when the migration is finished.
    private func next(oldestDaemon: Int = SchemaCatalogue.firstDaemon) -> SchemaCatalogue {
        var catalogue = SchemaCatalogue.current
        catalogue.migrations.append(
            .init(
                version: 9, up: "ALTER TABLE ix_levels ADD COLUMN seen_at timestamptz",
                down: "ALTER TABLE ix_levels DROP COLUMN seen_at",
                finish: "ALTER TABLE ix_levels DROP COLUMN looked_at", oldestDaemon: oldestDaemon))
        return catalogue
    }

    private func columns(_ db: TestDatabase) async throws -> Int {
        let names = "'seen_at', 'looked_at'"
        let rows = try await db.sql(
            "SELECT count(*) FROM information_schema.columns WHERE table_name = 'ix_levels' AND column_name IN (\(names))"
        )
        return rows[0][0].flatMap(Int.init) ?? 0
    }

    private func register(_ db: TestDatabase) async throws {
        let store = db.store()
        _ = try await store.daemon()
        await store.close()
    }

    @Test func `an older daemon runs on a newer schema, until it is finished`() async throws {
        try await TestDatabase.with { db in
            let newer = PostgresMigrator(db.parameters, catalogue: next())
            let older = PostgresMigrator(db.parameters)
            try await register(db)
            #expect(try await newer.up().versions == [9])
            try await older.check()
            let refused = await #expect(throws: StoreError.self) { try await newer.finish() }
            #expect(refused?.code == .schema && refused?.message.contains("1 daemon(s) older") == true)
            #expect(try await columns(db) == 2)
            try await db.sql("UPDATE ix_daemons SET lease_until = '-infinity'")
            #expect(try await newer.finish() == [9])
            #expect(try await newer.finish() == [])
            #expect(try await columns(db) == 1)
            let late = await #expect(throws: StoreError.self) { try await older.check() }
            #expect(late?.code == .schema && late?.message.contains("from version 9 on") == true)
            try await newer.check()
            await newer.close()
            await older.close()
        }
    }

    @Test func `a schema that no longer serves a running daemon is not applied`() async throws {
        try await TestDatabase.with { db in
            let newer = PostgresMigrator(db.parameters, catalogue: next(oldestDaemon: 9))
            try await register(db)
            let refused = await #expect(throws: StoreError.self) { try await newer.up() }
            #expect(refused?.code == .schema && refused?.message.contains("older than schema version 9") == true)
            #expect(try await columns(db) == 1)
            try await db.sql("UPDATE ix_daemons SET schema_version = 9")
            #expect(try await newer.up().versions == [9])
            await newer.close()
        }
    }

    @Test func `an older program neither migrates a newer schema nor takes it down`() async throws {
        try await TestDatabase.with { db in
            let newer = PostgresMigrator(db.parameters, catalogue: next())
            _ = try await newer.up()
            let older = PostgresMigrator(db.parameters)
            for call in [
                { _ = try await older.up() }, { _ = try await older.down() }, { _ = try await older.finish() },
            ]
                as [() async throws -> Void]
            {
                let error = await #expect(throws: StoreError.self) { try await call() }
                #expect(error?.code == .schema && error?.message.contains("newer than 8") == true)
            }
            #expect(try await newer.down())
            await newer.close()
            await older.close()
        }
    }
}
