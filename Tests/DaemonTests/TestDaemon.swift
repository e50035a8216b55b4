import FoundationEssentials
import Glibc
import IXConcurrency
import IXTestSupport
import Testing

/// The real daemon as a child of the test, with a state directory of its own.
struct TestDaemon {
    let process: TestProcess
    let state: String
    private let points: PointLog

    /// Starts `program` on `url`, a database's or a file's path; `set` are `section.key=value` pairs, `toml` the configuration file's text.
    init(
        _ url: String, program: String = "ix-worker", state: String? = nil, set: [String] = [], toml: String = "",
        environment: [String: String] = [:]
    ) throws {
        self.state = try state ?? Scratch.directory()
        let file = self.state + "/ix-worker.toml"
        try toml.write(to: URL(filePath: file))
        var variables = TestProcess.plainEnvironment
        variables.merge(StoreAddress.variables(url)) { $1 }
        variables["IX_WORKER_STATE_DIRECTORY"] = self.state
        points = try PointLog(try Scratch.directory() + "/points")
        variables.merge(points.environment) { $1 }
        variables.merge(environment) { $1 }
        let arguments = ["--config", file] + set.flatMap { ["--set", $0] }
        process = try TestProcess(try Programs.path(program), arguments, environment: variables)
    }

    /// Started and ready.
    static func ready(
        _ url: String, program: String = "ix-worker", state: String? = nil, set: [String] = [], toml: String = "",
        environment: [String: String] = [:]
    ) async throws -> TestDaemon {
        let daemon = try TestDaemon(url, program: program, state: state, set: set, toml: toml, environment: environment)
        try await daemon.process.waitForLine(containing: " ready ")
        return daemon
    }

    /// Waits until the daemon has reached the point, with the job when the point is about a job.
    func reach(_ point: Failpoint, _ job: String = "", within limit: Duration = .seconds(60)) async throws {
        try await points.wait(for: point.rawValue, job, within: limit)
    }

    func terminate() async throws -> TestProcess.Exit {
        process.signal(SIGTERM)
        return try await process.exitStatus()
    }
}

/// Folders of this test process, removed when it ends.
enum Scratch {
    private static let root: String = {
        let path = "/tmp/ix-test-daemon-\(getpid())"
        mkdir(path, 0o755)
        atexit {
            // ignored: what is left lies in /tmp
            try? FileManager.default.removeItem(atPath: "/tmp/ix-test-daemon-\(getpid())")
        }
        return path
    }()

    static func directory() throws -> String {
        let path = root + "/" + UUID().uuidString.lowercased()
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }
}

extension String {
    func write(to url: URL) throws { try Data(utf8).write(to: url) }
}

private let missing = Comment(rawValue: PrivateCluster.missing)

extension Trait where Self == ConditionTrait {
    static var needsPostgres: Self { .enabled(if: PrivateCluster.isAvailable, missing) }
    static var needsOwnCluster: Self { .enabled(if: PrivateCluster.canBeMade, missing) }
}
