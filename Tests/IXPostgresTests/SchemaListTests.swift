import Foundation
import FoundationEssentials
import IXTestSupport
import Testing

@testable import IXPostgres

/// A table is named in every list that has to know of tables.
@Suite(.needsOwnCluster, .timeLimit(.minutes(3))) struct SchemaListTests {
    private static let manual: String = {
        let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return (try? String(contentsOf: URL(filePath: root + "/docs/upgrading.md"), encoding: .utf8)) ?? ""
    }()

    /// The paragraph for Alembic, word by word.
    private static let alembic: Set<String> = {
        let start = manual.firstRange(of: "Alembic's autogenerate")?.lowerBound ?? manual.endIndex
        let words = manual[start...].prefix { $0 != "#" }.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
        return Set(words.map(String.init))
    }()

    @Test func `every table says which duty cuts it`() throws {
        for file in SQLFile.all where file.folder == "migrations" && file.name.hasSuffix("_up") {
            for block in file.text.split(separator: "\n\n") {
                guard let table = block.firstMatch(of: #/(?m)^CREATE TABLE (\w+)/#)?.1, table != "IF" else { continue }
                #expect(block.contains("\n-- Cut by: "), "\(file.name): \(table)")
            }
        }
    }

    @Test func `no table lacks a duty that cuts it`() {
        let uncut = TableUpkeep.cutters.filter { $0.value.hasPrefix("nothing") }.keys.sorted()
        #expect(uncut == ["ix_schema_migrations", "ix_schema_objects"])
        #expect(
            TableUpkeep.tablesOfJobs == [
                "ix_jobs", "ix_attempts", "ix_callbacks", "ix_deliveries", "ix_errors", "ix_members",
            ])
    }

    @Test func `every table and sequence stands in the roles' script, and in the list for Alembic`() async throws {
        let roles = PostgresMigrator.rolesScript
        try await TestDatabase.with { db in
            let relations = try await db.sql(
                """
                SELECT c.relname, c.relkind FROM pg_class c
                 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'S') AND c.relname <> 'ix_jobs'
                   AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'i')
                """)
            #expect(relations.count > 30)
            for relation in relations.compactMap({ $0[0] }) {
                #expect(roles.contains("('\(relation)', "), "roles.sql lacks \(relation)")
            }
            for table in relations.filter({ $0[1] == "r" }).compactMap({ $0[0] }) {
                #expect(Self.alembic.contains(table), "docs/upgrading.md lacks \(table)")
            }
        }
    }

    @Test func `every column and index that is added to ix_jobs stands in the list for Alembic`() async throws {
        try await TestDatabase.withOriginal { db in
            let names = """
                SELECT attname FROM pg_attribute WHERE attrelid = 'ix_jobs'::regclass AND attnum > 0
                UNION SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = 'ix_jobs'::regclass
                """
            let before = try await db.sql(names)
            _ = try await db.migrate(up: true)
            let added = try await db.sql(names).filter { !before.contains($0) }.compactMap { $0[0] }
            #expect(added.count == 21)
            for name in added { #expect(Self.alembic.contains(name), "docs/upgrading.md lacks \(name)") }
        }
    }

    @Test func `a terminal row keeps every column but callback_status`() async throws {
        try await TestDatabase.with { db in
            let columns = try await db.sql(
                "SELECT attname FROM pg_attribute WHERE attrelid = 'ix_jobs'::regclass AND attnum > 0")
            let guardText = SQLFile.text("ix_guard_update")
            for column in columns.compactMap({ $0[0] }) where column != "status" {
                #expect(guardText.contains("OLD.\(column)"), "ix_guard_update lacks \(column)")
            }
        }
    }
}
