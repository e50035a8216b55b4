import FoundationEssentials
import IXCore
import IXStore
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
    @Test func `what is run in any database is ASCII`() {
        for file in SQLFile.all where Self.foldersOfSchema.contains(file.folder) {
            #expect(file.text.utf8.allSatisfy { $0 < 128 }, "\(file.name).sql")
        }
    }

    private static let foldersOfSchema: Set = ["migrations", "functions", "indexes", "comments", "roles"]

    @Test func `every file is a statement, an examination or a part of the schema`() {
        let known = Statement.allCases.map(\.rawValue) + Examination.allCases.map(\.rawValue)
        let others = SQLFile.all.filter { !Self.foldersOfSchema.contains($0.folder) }
        #expect(Set(others.map(\.name)) == Set(known))
    }

    @Test func `one file writes what follows an end, and one requests deliveries again`() {
        let writers = SQLFile.all.filter { $0.text.contains("INSERT INTO ix_callbacks") }
        #expect(writers.map(\.name) == ["ix_after_end"])
    }

    @Test func `an error that SQL words has the words of Swift`() throws {
        let wording = /ix_error\(j, '(\w+)',\s*'([^']*)'/
        let found = SQLFile.all.flatMap { file in
            file.text.matches(of: wording).map { JobError(String($0.1), String($0.2)) }
        }
        #expect(found.count >= 5)
        let known = [JobError.cancelledRunning, .expired, .batchCancelled]
        let superseded = JobError.superseded(by: UUID()).message
        for error in found {
            let isOfOne =
                error.code == "unknown_use_case" || error.code == "superseded" && superseded.hasPrefix(error.message)
            #expect(known.contains(error) || isOfOne, "\(error)")
        }
        let cancel = SQLFile.text("ix_cancel")
        for error in [JobError.cancelledRunning, .cancelledWaiting] { #expect(cancel.contains("'\(error.message)'")) }
        let unserved = JobError.unknownUseCase("x").message.split(separator: "'")[0]
        #expect(SQLFile.text("end_unserved").contains("'\(unserved)'"))
    }

    @Test func `every migration has a number of its own, and a way down`() {
        let catalogue = SchemaCatalogue.current
        #expect(catalogue.migrations.map(\.version) == Array(1...catalogue.newest))
        for migration in catalogue.migrations {
            #expect(migration.up.hasPrefix("-- 000\(migration.version): "))
            #expect(migration.down.hasPrefix("-- 000\(migration.version) down: "))
        }
    }

    @Test func `every function and index is named by its file, which says what it is for`() {
        for function in SchemaCatalogue.current.functions {
            #expect(function.text.hasPrefix("-- \(function.name): "))
            let kinds = ["FUNCTION", "PROCEDURE"]
            #expect(kinds.contains { function.text.contains("\nCREATE OR REPLACE \($0) \(function.name)(") })
        }
        for index in SchemaCatalogue.current.indexes {
            #expect(index.text.hasPrefix("-- \(index.name): "))
            #expect(index.text.contains("\nCREATE INDEX \(index.name) ON \(index.table) "))
            #expect(index.concurrentText.contains("\nCREATE INDEX CONCURRENTLY \(index.name) "))
        }
    }
}
