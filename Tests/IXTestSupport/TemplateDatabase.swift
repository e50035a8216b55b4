import CLibPQ
import Glibc
import Synchronization

/// The migrated database that the tests' own are copied from: one per test process.
enum TemplateDatabase {
    private static let made = Task {
        let server = try await TestServer.url
        let database = try await TestDatabase.forTemplate(on: server)
        let url = try ServerAddress(server).url()
        leftover.withLock { $0 = (url, database.name) }
        atexit { TemplateDatabase.drop() }
        return database.name
    }

    /// Dropped when the process ends: the server may be somebody's own.
    private static let leftover = Mutex<(server: String, name: String)?>(nil)

    static var name: String {
        get async throws { try await made.value }
    }

    private static func drop() {
        guard let (server, name) = leftover.withLock({ $0 }) else { return }
        let connection = PQconnectdb(server)
        PQclear(PQexec(connection, "DROP DATABASE IF EXISTS \(name) WITH (FORCE)"))
        PQfinish(connection)
    }
}
