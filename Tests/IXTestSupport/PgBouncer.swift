import FoundationEssentials
import Glibc

/// A PgBouncer of the test's own before a private cluster, in transaction mode with 2 server connections. A guardian
/// process ends the pooler with the test process.
package final class PgBouncer: Sendable {
    private let directory: String
    private let guardian: TestProcess

    /// True when PgBouncer is installed. In CI always true, so that a missing tool fails the tests.
    package static var isAvailable: Bool { Environment.isCI || access("/usr/sbin/pgbouncer", X_OK) == 0 }

    /// Starts the pooler; `settings` are lines of its configuration.
    package init(before server: String, settings: [String] = []) async throws {
        let address = try ServerAddress(server)
        directory = "/tmp/ix-test-pool-\(getpid())-" + UUID().uuidString.prefix(8).lowercased()
        let arguments = ["hold", directory, address["host"] ?? "", address["port"] ?? "5432"] + settings
        guardian = try TestProcess("/bin/sh", [Self.script] + arguments, keepsInput: true, ownsGroup: true)
        guardian.letEndAlone()
        try await guardian.waitForLine(containing: "pooler is up")
    }

    /// Returns the database's address through the pooler.
    package func url(of database: TestDatabase) throws -> String {
        try database.address.url(["host": directory, "port": "6432"])
    }

    /// Kills the pooler and starts it again; every client loses its connection.
    package func restart() async throws {
        let seen = guardian.lines.count
        guardian.write("restart\n")
        try await guardian.waitForLine(containing: "pooler is up", from: seen)
    }

    /// Runs a command on the pooler's console: PAUSE (returns when no server connection is in use), RESUME, …
    package func command(_ text: String) async throws {
        let console = SQLSession("postgresql:///pgbouncer?host=\(directory)&port=6432&user=ix")
        try await console.sql(text)
        await console.close()
    }

    /// Ends the pooler; returns when its guardian has ended.
    package func remove() async throws {
        guardian.closeInput()
        _ = try await guardian.exitStatus()
    }

    private static let script: String = {
        let folder = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        return "/" + folder + "/pgbouncer.sh"
    }()
}
