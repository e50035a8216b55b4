import FoundationEssentials
import Glibc
import IXTestSupport
import Testing

/// A mount namespace of its own, as `script` has set it up; gone with the last program in it.
struct OwnMounts {
    private let holder: TestProcess

    init(_ script: String) async throws {
        holder = try TestProcess(
            "/usr/bin/unshare",
            ["-m", "--propagation", "private", "sh", "-c", script + " && echo mounted && exec cat"],
            keepsInput: true)
        try await holder.waitForLine(containing: "mounted")
    }

    func start(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], input: String? = nil
    ) throws -> TestProcess {
        let process = try TestProcess(
            "/usr/bin/nsenter", ["-t", "\(holder.pid)", "-m", program] + arguments,
            environment: TestProcess.plainEnvironment.merging(environment) { $1 }, keepsInput: input != nil)
        if let input {
            process.write(input)
            process.closeInput()
        }
        return process
    }

    func run(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], input: String? = nil
    ) async throws -> TestCtl.Said {
        let process = try start(program, arguments, environment: environment, input: input)
        return TestCtl.Said(exit: try await process.exitStatus(), lines: process.lines)
    }
}

extension Trait where Self == ConditionTrait {
    /// In CI it has to be root, and fails otherwise.
    static var needsRoot: Self { .enabled(if: Environment.isCI || geteuid() == 0, "needs root") }
}
