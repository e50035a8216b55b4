import CLibPQ
package import IXPostgres

/// Databases with the roles of `ix-worker migrate --roles` and a login for each role. The server is always a private
/// cluster, because roles belong to a whole server.
package enum RoleDatabase {
    /// The names accepted by `login`: the roles, and a last name without any role.
    package static let logins = [
        "ix_owner", "ix_migrator", "ix_producer", "ix_worker", "ix_reader", "ix_server", "ix_operator", "nobody",
    ]

    /// Creates, once, the database which is copied for each test, including ownership and grants.
    private static let template = Task {
        let server = try await PrivateCluster.shared.url
        let database = try await TestDatabase.forTemplate(on: server)
        try await makeRoles(database)
        await database.closeSession()
        return database.name
    }

    /// Creates the roles and the logins. Another session of the server may create the same roles at the same moment, which the
    /// server reports as a duplicate key; the roles are there then.
    private static func makeRoles(_ database: TestDatabase) async throws {
        do {
            try await database.sql(PostgresMigrator.rolesScript)
        } catch let failure as SQLFailure where failure.state == "23505" {
            try await database.sql("ROLLBACK")
            try await database.sql(PostgresMigrator.rolesScript)
        }
        for role in logins {
            let there = try await database.sql("SELECT 1 FROM pg_roles WHERE rolname = $1", [login(role)])
            guard there.isEmpty else { continue }
            let membership = role == "nobody" ? "" : "IN ROLE \(role)"
            try await database.sql("CREATE ROLE \(login(role)) LOGIN \(membership)")
        }
    }

    /// Returns the user name of the role's login.
    package static func login(_ role: String) -> String { "test_" + role }

    /// Runs `body` with a database, migrated unless the caller says otherwise. The logins exist, but have no rights in
    /// the database.
    package static func withoutRoles<Value>(
        in schema: TestDatabase.Schema = .migrated, _ body: (TestDatabase) async throws -> Value
    ) async throws -> Value {
        _ = try await template.value  // ignored: only the logins are needed
        return try await TestDatabase.with(schema, on: try await PrivateCluster.shared.url, body)
    }

    /// Runs `body` with a fresh copy of the database with roles.
    package static func with<Value>(_ body: (TestDatabase) async throws -> Value) async throws -> Value {
        let name = try await template.value
        return try await TestDatabase.with(.copied(from: name), on: try await PrivateCluster.shared.url, body)
    }
}

extension TestDatabase {
    /// Returns the database's address for the login of `role`.
    package func url(as role: String) throws -> String { try address.url(["user": RoleDatabase.login(role)]) }

    /// Returns a store which connects as the login of `role`.
    package func store(as role: String, connections: Int = 2) throws -> PostgresStore {
        PostgresStore(
            ConnectionParameters(url: try url(as: role), applicationName: "ix-test"), connections: connections)
    }
}
