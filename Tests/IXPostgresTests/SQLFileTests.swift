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

    @Test(arguments: Examination.allCases)
    func `every examination has a file that says what it is for`(_ examination: Examination) throws {
        #expect(examination.sql.hasPrefix("-- \(examination.rawValue): "))
    }

    /// A server whose encoding lacks a character would refuse the whole script for a comment.
    @Test(arguments: ["0001_up", "0001_down", "roles"])
    func `what is run in any database is ASCII`(_ name: String) {
        #expect(SQLFile.text(name).utf8.allSatisfy { $0 < 128 }, "\(name).sql")
    }

    @Test func `every file is a statement, an examination, a migration or the roles`() throws {
        let known =
            ["roles"] + Statement.allCases.map(\.rawValue) + Examination.allCases.map(\.rawValue)
            + Migration.all.flatMap { ["000\($0.version)_up", "000\($0.version)_down"] }
        #expect(try Set(SQLFolder.files(of: "IXPostgres").keys) == Set(known))
    }
}
