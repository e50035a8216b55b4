import IXTestSupport
import Testing

@testable import IXPostgres

/// The folder of SQL files and the program hold the same.
@Suite struct SQLFileTests {
    @Test func `every SQL file is compiled in as it stands`() throws {
        let files = try SQLFolder.files(of: "IXPostgres")
        #expect(files.count >= 18)
        for (name, text) in files { #expect(SQLFile.text(name) == text, "\(name).sql") }
    }

    @Test(arguments: Statement.allCases)
    func `every statement has a file that says what it is for`(_ statement: Statement) throws {
        let text = try #require(try SQLFolder.files(of: "IXPostgres")[statement.rawValue])
        #expect(text.hasPrefix("-- \(statement.rawValue): "))
        #expect(statement.sql == text)
    }

    @Test func `every file is a statement or a migration`() throws {
        let known =
            Statement.allCases.map(\.rawValue)
            + Migration.all.flatMap { ["000\($0.version)_up", "000\($0.version)_down"] }
        #expect(try Set(SQLFolder.files(of: "IXPostgres").keys) == Set(known))
    }
}
