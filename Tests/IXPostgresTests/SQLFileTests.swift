import Glibc
import Testing

@testable import IXPostgres

/// The folder of SQL files and the program hold the same.
@Suite struct SQLFileTests {
    @Test func `every SQL file is compiled in as it stands`() throws {
        let files = try SQLFolder.files()
        #expect(files.count >= 18)
        for (name, text) in files { #expect(SQLFile.text(name) == text, "\(name).sql") }
    }

    @Test(arguments: Statement.allCases)
    func `every statement has a file that says what it is for`(_ statement: Statement) throws {
        let text = try #require(try SQLFolder.files()[statement.rawValue])
        #expect(text.hasPrefix("-- \(statement.rawValue): "))
        #expect(statement.sql == text)
    }

    @Test func `every file is a statement or a migration`() throws {
        let known =
            Statement.allCases.map(\.rawValue)
            + Migration.all.flatMap { ["000\($0.version)_up", "000\($0.version)_down"] }
        #expect(try Set(SQLFolder.files().keys) == Set(known))
    }
}

/// The sources' own folder of SQL, found from this file.
enum SQLFolder {
    static func files() throws -> [String: String] {
        let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/Sources/IXPostgres/SQL"
        var found = glob_t()
        defer { globfree(&found) }
        try #require(glob(root + "/*/*.sql", 0, nil, &found) == 0)
        return try (0..<Int(found.gl_pathc)).reduce(into: [:]) { files, index in
            let path = String(cString: try #require(found.gl_pathv[index]))
            let name = try #require(path.split(separator: "/").last).dropLast(".sql".count)
            files[String(name)] = try contents(path)
        }
    }

    private static func contents(_ path: String) throws -> String {
        let file = try #require(fopen(path, "r"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
