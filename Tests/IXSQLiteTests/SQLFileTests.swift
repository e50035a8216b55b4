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

    @Test func `every file is a statement or a migration`() throws {
        let known =
            Statement.allCases.map(\.rawValue) + (1...SQLiteMigration.newest).map { "000\($0)_up" }
        #expect(try Set(SQLFolder.files(of: "IXSQLite").keys) == Set(known))
    }
}
