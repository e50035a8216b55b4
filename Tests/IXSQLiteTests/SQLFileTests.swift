import IXTestSupport
import Testing

@testable import IXSQLite

/// The folder of SQL files and the program hold the same.
@Suite struct SQLFileTests {
    @Test func `every SQL file is compiled in as it stands`() throws {
        let files = try SQLFolder.files(of: "IXSQLite")
        #expect(files.count >= 18)
        for (name, text) in files { #expect(SQLFile.text(name) == text, "\(name).sql") }
    }

    @Test(arguments: Statement.allCases)
    func `every statement has a file that says what it is for`(_ statement: Statement) throws {
        let text = try #require(try SQLFolder.files(of: "IXSQLite")[statement.rawValue])
        #expect(text.hasPrefix("-- \(statement.rawValue): "))
        #expect(statement.sql == text)
    }

    @Test func `every file is a statement or a part of the schema`() {
        let others = SQLFile.all.filter { !["migrations", "triggers", "views"].contains($0.folder) }
        #expect(Set(others.map(\.name)) == Set(Statement.allCases.map(\.rawValue)))
    }

    @Test func `every part of the schema is named by its file`() {
        let catalogue = SQLiteCatalogue.current
        #expect(catalogue.migrations.map(\.version) == Array(1...catalogue.newest))
        for migration in catalogue.migrations { #expect(migration.up.hasPrefix("-- 000\(migration.version): ")) }
        for object in catalogue.objects {
            #expect(object.text.hasPrefix("-- \(object.name): "))
            #expect(object.text.contains("\nCREATE \(object.isView ? "VIEW" : "TRIGGER") \(object.name) "))
        }
    }
}
