import CLibPQ
import Glibc
import Synchronization

/// The migrated database which is copied for each test: one per test process.
enum TemplateDatabase {
    private static let made = Task {
        let server = try await TestServer.url
        let database = try await TestDatabase.forTemplate(on: server)
        let url = try ServerAddress(server).url()
        leftover.withLock { $0 = (url, database.name) }
        atexit { TemplateDatabase.drop() }
        return database.name
    }

    /// Dropped at the exit of the process, because the server may be a developer's own.
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
