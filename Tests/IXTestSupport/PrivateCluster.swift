import FoundationEssentials
import Glibc

/// A PostgreSQL of the tests' own, on a Unix socket. A guardian process stops and removes the cluster when the test
/// process ends in any way, because the guardian's stdin closes.
package final class PrivateCluster: Sendable {
    /// The address of the database `postgres`.
    package let url: String
    private let directory: String
    private let guardian: TestProcess
    private let environment: [String: String]

    private static let theShared = Task { try await PrivateCluster() }

    /// The cluster shared by the test process, created at first use. Requires: the caller doesn't stop the cluster.
    package static var shared: PrivateCluster {
        get async throws { try await theShared.value }
    }

    /// True when tests have a server. In CI always true, so that a missing server fails the tests.
    package static var isAvailable: Bool { Environment.isCI || isInstalled || TestServer.namedURL != nil }

    /// True when a cluster can be created. Tests which stop their server never use a server named by a variable.
    package static var canBeMade: Bool { Environment.isCI || isInstalled }

    /// The message of skipped tests.
    package static let missing: String =
        "PostgreSQL's server is not installed (make setup): every test that needs one is skipped"

    private static let isInstalled: Bool = {
        var found = glob_t()
        defer { globfree(&found) }
        if glob("/usr/lib/postgresql/*/bin/initdb", 0, nil, &found) == 0 { return true }
        return (Environment["PATH"] ?? "").split(separator: ":").contains { access($0 + "/initdb", X_OK) == 0 }
    }()

    /// Creates and starts a cluster of the caller's own.
    package convenience init() async throws { try await self.init(environment: [:]) }

    /// Creates and starts a cluster whose clock can be set.
    package convenience init(clock: ShiftedClock) async throws { try await self.init(environment: clock.environment) }

    /// Creates and starts a cluster with `options` on its server's command line.
    package convenience init(options: String) async throws {
        try await self.init(environment: ["SERVER_OPTIONS": options])
    }

    /// Creates a hot standby which follows `primary`.
    package convenience init(following primary: PrivateCluster) async throws {
        try await self.init(environment: ["PRIMARY": primary.directory])
    }

    private init(environment: [String: String]) async throws {
        self.environment = TestProcess.plainEnvironment.merging(environment) { $1 }
        directory = "/tmp/ix-test-\(getpid())-" + UUID().uuidString.prefix(8).lowercased()
        guardian = try TestProcess(
            "/bin/sh", [Self.script, "hold", directory],
            environment: self.environment, keepsInput: true, ownsGroup: true)
        guardian.letEndAlone()
        url = try await guardian.waitForLine(containing: "postgresql://", within: .seconds(90))
    }

    /// Crashes the server like a power cut, and starts the server again.
    package func restart() async throws { try await run("restart") }

    /// Stops the server with a fast shutdown, which disconnects all clients.
    package func stop() async throws { try await run("stop") }

    /// Crashes the server like a power cut. The server stays down until `start`.
    package func crash() async throws { try await run("kill") }

    /// Promotes a standby to a primary; returns when the server accepts writes.
    package func promote() async throws { try await run("promote") }

    /// Starts a stopped or crashed server.
    package func start() async throws { try await run("start") }

    /// Ends the cluster; returns when every trace is removed.
    package func remove() async throws {
        guardian.closeInput()
        _ = try await guardian.exitStatus(within: .seconds(60))
    }

    private func run(_ action: String) async throws {
        let process = try TestProcess("/bin/sh", [Self.script, action, directory], environment: environment)
        let exit = try await process.exitStatus(within: .seconds(90))
        guard exit == .code(0) else { throw TestFailure("cluster.sh \(action): \(exit) \(process.lines)") }
    }

    private static let script: String = {
        let folder = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        return "/" + folder + "/cluster.sh"
    }()
}
