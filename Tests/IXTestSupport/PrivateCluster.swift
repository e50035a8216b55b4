import FoundationEssentials
import Glibc

/// A PostgreSQL of the tests' own, on a Unix socket. Its guardian stops and removes it when this process ends, however
/// it ends: the guardian's stdin closes.
package final class PrivateCluster: Sendable {
    /// The address of its database `postgres`.
    package let url: String
    private let directory: String
    private let guardian: TestProcess
    private let environment: [String: String]

    private static let theShared = Task { try await PrivateCluster() }

    /// One per test process; made at the first use. For everything that doesn't stop it.
    package static var shared: PrivateCluster {
        get async throws { try await theShared.value }
    }

    /// Whether tests that need a server can run. In CI always: there a missing server fails.
    package static var isAvailable: Bool { Environment.isCI || isInstalled || TestServer.namedURL != nil }

    /// For tests that stop and start their server, which is never one that somebody named.
    package static var canBeMade: Bool { Environment.isCI || isInstalled }

    package static let missing: String =
        "PostgreSQL's server is not installed (make setup): every test that needs one is skipped"

    private static let isInstalled: Bool = {
        var found = glob_t()
        defer { globfree(&found) }
        if glob("/usr/lib/postgresql/*/bin/initdb", 0, nil, &found) == 0 { return true }
        return (Environment["PATH"] ?? "").split(separator: ":").contains { access($0 + "/initdb", X_OK) == 0 }
    }()

    /// Makes and starts a cluster of the caller's own.
    package convenience init() async throws { try await self.init(environment: [:]) }

    /// Makes and starts one whose clock can be set.
    package convenience init(clock: ShiftedClock) async throws { try await self.init(environment: clock.environment) }

    /// Makes a hot standby that follows `primary`.
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

    /// Crashes it, as a power cut would, and starts it again.
    package func restart() async throws { try await run("restart") }

    /// Clients are turned away and cut off (a fast shutdown).
    package func stop() async throws { try await run("stop") }

    /// As a power cut would, and stays away.
    package func crash() async throws { try await run("kill") }

    /// Makes a standby a primary; returns when it can be written to.
    package func promote() async throws { try await run("promote") }

    package func start() async throws { try await run("start") }

    /// Ends it for good and waits until nothing is left of it.
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
