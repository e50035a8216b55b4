import FoundationEssentials
package import IXPostgres

/// A database for one test, copied from a migrated template and dropped afterwards.
package final class TestDatabase: Sendable {
    /// The content of a new database.
    package enum Schema: Sendable {
        /// The schema after `ix-worker migrate`.
        case migrated
        /// An empty database.
        case empty
        /// A copy of another database on the server. Requires: no session is connected to the other database.
        case copied(from: String)
    }

    /// The database's name.
    package let name: String
    /// The database's address, as a URL.
    package let url: String
    /// The session of `sql`; `session()` returns further sessions.
    private let first: SQLSession

    private init(name: String, address: ServerAddress) {
        self.name = name
        url = address.url(["dbname": name])
        first = SQLSession(url)
    }

    private static let gate = Gate(6)

    /// Runs `body` with a fresh database, which is dropped after success and failure. Calls must not be nested: at most
    /// 6 databases exist at a time, and a nested call could wait without end.
    package static func with<Value>(
        _ schema: Schema = .migrated, on server: String? = nil, _ body: (TestDatabase) async throws -> Value
    ) async throws -> Value {
        await gate.enter()
        defer { gate.leave() }
        return try await make(schema, on: server, body)
    }

    /// Runs `body` with two fresh databases, for tests which move jobs from one database to another.
    package static func withTwo<Value>(
        on server: String? = nil, _ body: (TestDatabase, TestDatabase) async throws -> Value
    ) async throws -> Value {
        try await with(on: server) { first in
            try await make(.migrated, on: server) { try await body(first, $0) }
        }
    }

    private static func make<Value>(
        _ schema: Schema, on server: String?, _ body: (TestDatabase) async throws -> Value
    ) async throws -> Value {
        let address = try ServerAddress(await server.orOrdinary())
        let maintenance = SQLSession(address.url())
        let database = TestDatabase(name: freshName(), address: address)
        try await database.create(schema, server, maintenance)
        await maintenance.close()  // it connects again when needed, and the server may crash meanwhile
        do {
            let value = try await body(database)
            try await database.drop(maintenance)
            return value
        } catch {
            // ignored: the failure of the test matters more
            try? await database.drop(maintenance)
            throw error
        }
    }

    /// The parameters of a store on this database.
    package var parameters: ConnectionParameters { ConnectionParameters(url: url, applicationName: "ix-test") }

    /// The database's address in libpq's parts.
    package var address: ServerAddress { get throws { try ServerAddress(url) } }

    /// Returns a store on this database.
    package func store(connections: Int = 2) -> PostgresStore { PostgresStore(parameters, connections: connections) }

    /// Returns a connection of a foreign program.
    package func session() -> SQLSession { SQLSession(url) }

    /// Runs a statement on the database's own session.
    @discardableResult
    package func sql(_ statement: String, _ parameters: [String?] = []) async throws -> [[String?]] {
        try await first.sql(statement, parameters)
    }

    static func freshName() -> String { "ix_test_" + UUID().uuidString.replacing("-", with: "").lowercased() }

    private func create(_ schema: Schema, _ server: String?, _ maintenance: SQLSession) async throws {
        switch schema {
        case .copied(let template): try await copy(template, maintenance)
        case .migrated where server == nil: try await copy(TemplateDatabase.name, maintenance)
        case .migrated, .empty:
            try await maintenance.sql("CREATE DATABASE \(name) TEMPLATE template0")
            if case .migrated = schema { try await migrate() }
        }
    }

    private func copy(_ template: String, _ maintenance: SQLSession) async throws {
        let made = try await eventually {
            do {
                try await maintenance.sql("CREATE DATABASE \(name) TEMPLATE \(template)")
                return true
            } catch let error as SQLFailure where error.state == "55006" {
                // The template is still in use while the last backend ends.
                return false
            }
        }
        guard made else { throw TestFailure("the template database stays in use") }
    }

    /// Closes the session of a database which becomes a template. PostgreSQL copies a template only without
    /// connections.
    func closeSession() async { await first.close() }

    func migrate() async throws {
        let migrator = PostgresMigrator(parameters)
        _ = try await migrator.up()  // ignored: a fresh database needs every version
        await migrator.close()
    }

    private func drop(_ maintenance: SQLSession) async throws {
        await first.close()
        do {
            try await drop(by: maintenance)
        } catch {
            // The session may have died with its server, because the test restarted the server.
            try await drop(by: maintenance)
        }
        await maintenance.close()
    }

    private func drop(by session: SQLSession) async throws {
        // A failed test may have left a server without its synchronous standby. The drop must not wait for that
        // standby.
        try await session.sql("SET synchronous_commit = local")
        try await session.sql("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
    }

    /// Creates a migrated database for use as a template. The database isn't dropped before the process ends.
    static func forTemplate(on server: String) async throws -> TestDatabase {
        let address = try ServerAddress(server)
        let database = TestDatabase(name: freshName(), address: address)
        let maintenance = SQLSession(address.url())
        try await database.create(.empty, server, maintenance)
        try await database.migrate()
        await maintenance.close()
        return database
    }
}

extension String? {
    fileprivate func orOrdinary() async throws -> String {
        if let self { return self }
        return try await TestServer.url
    }
}
