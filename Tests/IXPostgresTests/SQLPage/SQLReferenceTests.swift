import Foundation
import IXTestSupport
import Testing

@testable import IXPostgres

@Suite(.needsOwnCluster, .timeLimit(.minutes(3))) struct SQLReferenceTests {
    private static let page = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../docs/sql.md")

    /// With IX_WRITE_REFERENCE=1 the page is written anew instead.
    @Test func `the documented schema is what the database says of itself`() async throws {
        try await TestDatabase.with { db in
            let text = try await SQLPage(db).text
            if ProcessInfo.processInfo.environment["IX_WRITE_REFERENCE"] == "1" {
                try text.write(to: Self.page, atomically: true, encoding: .utf8)
            }
            #expect(try String(contentsOf: Self.page, encoding: .utf8) == text)
        }
    }

    @Test func `every table, column, sequence and function has a description`() async throws {
        try await TestDatabase.with { db in
            let page = try await SQLPage(db)
            let remedy = "describe it in Sources/IXPostgres/SQL/comments, or at the head of the function's file"
            for function in page.functions { #expect(!function.description.isEmpty, "\(function.name): \(remedy)") }
            for table in page.tables + page.sequences {
                #expect(!table.description.isEmpty, "\(table.name): \(remedy)")
                for column in table.columns {
                    #expect(!column.description.isEmpty, "\(table.name).\(column.name): \(remedy)")
                }
            }
            #expect(page.functions.count == SchemaCatalogue.current.functions.count)
        }
    }

    @Test func `an adopted table keeps the descriptions of its owner, and gets none on its columns`() async throws {
        try await TestDatabase.withOriginal { db in
            try await db.sql("COMMENT ON COLUMN ix_jobs.status IS 'theirs'")
            _ = try await db.migrate(up: true)
            let descriptions = """
                SELECT a.attname || ': ' || col_description(a.attrelid, a.attnum) FROM pg_attribute a
                 WHERE a.attrelid = 'ix_jobs'::regclass AND a.attnum BETWEEN 1 AND 13
                   AND col_description(a.attrelid, a.attnum) IS NOT NULL
                """
            #expect(try await db.sql(descriptions) == [["status: theirs"]])
            #expect(try await db.sql("SELECT obj_description('ix_jobs'::regclass, 'pg_class')") == [[nil]])
        }
    }

    @Test func `the way down takes the descriptions of a table that ix-worker made`() async throws {
        try await TestDatabase.with(.empty) { db in
            _ = try await db.migrate(up: true)
            let count = "SELECT count(*) FROM pg_description WHERE objoid = 'ix_jobs'::regclass"
            #expect(try await db.sql(count) == [["32"]])
            _ = try await db.migrate(up: false)
            #expect(try await db.sql(count) == [["0"]])
            // Adopted now, so that only the added columns are described.
            _ = try await db.migrate(up: true)
            #expect(try await db.sql(count) == [["18"]])
        }
    }
}
