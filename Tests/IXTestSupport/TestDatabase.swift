import FoundationEssentials
package import IXPostgres

/// A database of one test's own, made from a migrated template and dropped afterwards.
package final class TestDatabase: Sendable {
    package enum Schema: Sendable {
        /// As `ix-worker migrate` leaves it.
        case migrated
        /// Nothing in it.
        case empty
        /// As another one of the same server is, which nobody uses.
        case copied(from: String)
    }

    package let name: String
    package let url: String
    /// A session for `sql`; more of them by `session()`.
    private let first: SQLSession

    private init(name: String, address: ServerAddress) {
        self.name = name
        url = address.url(["dbname": name])
        first = SQLSession(url)
    }

    private static let gate = Gate(6)

    /// Runs `body` with a fresh database, which is dropped however `body` ends. Not to be nested: only a few exist at a
    /// time.
    package static func with<Value>(
        _ schema: Schema = .migrated, on server: String? = nil, _ body: (TestDatabase) async throws -> Value
    ) async throws -> Value {
        await gate.enter()
        defer { gate.leave() }
        return try await make(schema, on: server, body)
    }

    /// Runs `body` with two fresh databases, for what goes from one to the other.
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
        await maintenance.close()  // it connects again by itself, and the server may crash meanwhile
        do {
            let value = try await body(database)
            try await database.drop(maintenance)
            return value
        } catch {
            // ignored: what the test failed with matters more
            try? await database.drop(maintenance)
            throw error
        }
    }

    package var parameters: ConnectionParameters { ConnectionParameters(url: url, applicationName: "ix-test") }

    /// Its address in libpq's parts, to change some of them.
    package var address: ServerAddress { get throws { try ServerAddress(url) } }

    package func store(connections: Int = 2) -> PostgresStore { PostgresStore(parameters, connections: connections) }

    /// A connection of somebody who isn't ix-worker.
    package func session() -> SQLSession { SQLSession(url) }

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
                // The template is in use while a backend that was in it goes away.
                return false
            }
        }
        guard made else { throw TestFailure("the template database stays in use") }
    }

    /// For those that others are copied from: nobody may be connected then.
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
            // The session may have died with its server, which the test restarted.
            try await drop(by: maintenance)
        }
        await maintenance.close()
    }

    private func drop(by session: SQLSession) async throws {
        // A test that failed may have left a server whose standby is gone: nothing is to wait for that one's word.
        try await session.sql("SET synchronous_commit = local")
        try await session.sql("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
    }

    /// For the template: made like any other, but nobody drops it before the process ends.
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
