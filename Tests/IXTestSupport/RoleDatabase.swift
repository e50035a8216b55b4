import CLibPQ
package import IXPostgres

/// Databases with the roles of `ix-worker migrate --roles`, and a login for each of them. Roles are the whole server's, so it
/// is always a private one.
package enum RoleDatabase {
    /// Who may be asked for: the five roles, and somebody who is a member of none.
    package static let logins = ["ix_owner", "ix_migrator", "ix_producer", "ix_worker", "ix_reader", "nobody"]

    /// The database that the others are copied from, ownership and grants included: made once.
    private static let template = Task {
        let server = try await PrivateCluster.shared.url
        let database = try await TestDatabase.forTemplate(on: server)
        try await database.sql(PostgresMigrator.rolesScript)
        for role in logins {
            let membership = role == "nobody" ? "" : "IN ROLE \(role)"
            try await database.sql("CREATE ROLE \(login(role)) LOGIN \(membership)")
        }
        await database.closeSession()
        return database.name
    }

    package static func login(_ role: String) -> String { "test_" + role }

    /// Runs `body` with a database that was only migrated; the roles' logins are there, without a right in it.
    package static func withoutRoles<Value>(_ body: (TestDatabase) async throws -> Value) async throws -> Value {
        _ = try await template.value  // ignored: the logins are what is wanted of it
        return try await TestDatabase.with(.migrated, on: try await PrivateCluster.shared.url, body)
    }

    /// Runs `body` with a fresh copy.
    package static func with<Value>(_ body: (TestDatabase) async throws -> Value) async throws -> Value {
        let name = try await template.value
        return try await TestDatabase.with(.copied(from: name), on: try await PrivateCluster.shared.url, body)
    }
}

extension TestDatabase {
    /// Its address for a login of `role`.
    package func url(as role: String) throws -> String { try address.url(["user": RoleDatabase.login(role)]) }

    package func store(as role: String, connections: Int = 2) throws -> PostgresStore {
        PostgresStore(
            ConnectionParameters(url: try url(as: role), applicationName: "ix-test"), connections: connections)
    }
}
