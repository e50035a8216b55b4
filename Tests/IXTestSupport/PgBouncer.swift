import FoundationEssentials
import Glibc

/// A PgBouncer of the test's own in front of a private cluster, in transaction mode with two server connections. Its
/// guardian ends it with this process.
package final class PgBouncer: Sendable {
    private let directory: String
    private let guardian: TestProcess

    /// Whether tests that need it can run. In CI always: there a missing tool fails.
    package static var isAvailable: Bool { Environment.isCI || access("/usr/sbin/pgbouncer", X_OK) == 0 }

    /// `settings` are lines of its configuration.
    package init(before server: String, settings: [String] = []) async throws {
        let address = try ServerAddress(server)
        directory = "/tmp/ix-test-pool-\(getpid())-" + UUID().uuidString.prefix(8).lowercased()
        let arguments = ["hold", directory, address["host"] ?? "", address["port"] ?? "5432"] + settings
        guardian = try TestProcess("/bin/sh", [Self.script] + arguments, keepsInput: true, ownsGroup: true)
        guardian.letEndAlone()
        try await guardian.waitForLine(containing: "pooler is up")
    }

    /// The same database through it.
    package func url(of database: TestDatabase) throws -> String {
        try database.address.url(["host": directory, "port": "6432"])
    }

    /// Kills it and starts it again; every client's connection breaks.
    package func restart() async throws {
        let seen = guardian.lines.count
        guardian.write("restart\n")
        try await guardian.waitForLine(containing: "pooler is up", from: seen)
    }

    /// A command on its console: PAUSE (returns when no server connection is in use), RESUME, …
    package func command(_ text: String) async throws {
        let console = SQLSession("postgresql:///pgbouncer?host=\(directory)&port=6432&user=ix")
        try await console.sql(text)
        await console.close()
    }

    package func remove() async throws {
        guardian.closeInput()
        _ = try await guardian.exitStatus()
    }

    private static let script: String = {
        let folder = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        return "/" + folder + "/pgbouncer.sh"
    }()
}
