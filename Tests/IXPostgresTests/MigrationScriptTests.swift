import FoundationEssentials
import IXPostgres
import IXTestSupport
import Testing

/// The SQL that `migrate` can print does, in psql, what `migrate` does.
@Suite(.needsPostgres, .timeLimit(.minutes(3))) struct MigrationScriptTests {
    @Test func `the script in psql and the migrator make the same schema`() async throws {
        let migrated = try await TestDatabase.with(.empty) { db in
            _ = try await db.migrate(up: true)
            return try await db.dump()
        }
        let scripted = try await TestDatabase.with(.empty) { db in
            try await db.psql(PostgresMigrator.upScript)
            try await PostgresMigrator(db.parameters).check()
            return try await db.dump()
        }
        #expect(migrated.count > 200)
        #expect(scripted == migrated)
    }

    @Test func `the script down in psql gives the original table back`() async throws {
        try await TestDatabase.withOriginal { db in
            let before = (try await db.dump(), try await db.sql(OriginalTable.contents))
            try await db.psql(PostgresMigrator.upScript)
            try await db.psql(PostgresMigrator.downScript)
            let after = (try await db.dump(), try await db.sql(OriginalTable.contents))
            #expect(after == before)
        }
    }

    @Test func `the script on a migrated database fails and changes nothing`() async throws {
        try await TestDatabase.with { db in
            let before = try await db.dump()
            await #expect(throws: TestFailure.self) { try await db.psql(PostgresMigrator.upScript) }
            let after = try await db.dump()
            #expect(after == before)
        }
    }
}

extension TestDatabase {
    /// Runs a script as an administrator would.
    fileprivate func psql(_ script: String) async throws {
        // A file, because psql may end at an error before it has read the whole script.
        let file = FileManager.default.temporaryDirectory.appending(path: "\(name).sql")
        try Data(script.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }  // ignored: a leftover file harms no test
        let psql = try TestProcess(
            "/usr/bin/env", ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url, "-f", file.path])
        let exit = try await psql.exitStatus()
        guard exit == .code(0) else { throw TestFailure("psql: \(exit) \(psql.lines)") }
    }

    /// The schema as pg_dump writes it, and the migrations' notes.
    fileprivate func dump() async throws -> [String] {
        let tool = try TestProcess("/usr/bin/env", ["pg_dump", "--schema-only", "-d", url])
        let exit = try await tool.exitStatus()
        guard exit == .code(0) else { throw TestFailure("pg_dump: \(exit) \(tool.lines)") }
        // Newer releases print a key that differs from run to run.
        let schema = tool.lines.filter { !$0.hasPrefix("\\") && !$0.isEmpty }
        let isMigrated = try await sql("SELECT to_regclass('ix_schema_migrations')") != [[nil]]
        let notes = isMigrated ? try await sql("SELECT version, checksum FROM ix_schema_migrations ORDER BY 1") : []
        return schema + notes.map { "\($0)" }
    }
}
