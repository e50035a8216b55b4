import FoundationEssentials
import GRDB
import IXTestSupport

@testable import IXSQLite

/// Another program on the same file, with a connection of its own and none of our code.
struct Foreign {
    let queue: DatabaseQueue

    init(_ file: TestFile) throws {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true  // they may span statements here
        queue = try DatabaseQueue(path: file.path, configuration: configuration)
    }

    /// Rows as text, nil for NULL.
    @discardableResult
    func sql(_ statement: String, _ arguments: [String?] = []) throws -> [[String?]] {
        try queue.writeWithoutTransaction { db in
            try Row.fetchAll(db, sql: statement, arguments: StatementArguments(arguments)).map { row in
                row.databaseValues.map { $0.isNull ? nil : String.fromDatabaseValue($0) ?? "\($0)" }
            }
        }
    }

    /// How SQLite would run a statement of ours.
    func plan(_ statement: IXSQLite.Statement) throws -> [String] {
        let numbers = statement.sql.matches(of: #/\?(\d+)/#).compactMap { Int($0.1) }
        let arguments = [String?](repeating: nil, count: numbers.max() ?? 0)
        return try sql("EXPLAIN QUERY PLAN " + statement.sql, arguments).compactMap { $0.last ?? nil }
    }

    /// What the file says when it refuses a statement; nil when it doesn't.
    func refusal(_ statement: String, _ arguments: [String?] = []) -> String? {
        do { try sql(statement, arguments) } catch { return (error as? DatabaseError)?.message ?? "\(error)" }
        return nil
    }
}
