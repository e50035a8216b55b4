import FoundationEssentials
import Glibc
import IXTestSupport

/// Programs to which the kernel denies a system call.
enum Denied {
    enum Call: String { case flock, getrandom, clone3, pwrite, fileLock = "file-lock", sharedMap = "shared-map" }

    /// Starts `program`; `call` fails in it with `error`.
    static func start(
        _ call: Call, _ error: Int32, _ program: String, _ arguments: [String] = [], environment: [String: String]
    ) async throws -> TestProcess {
        try TestProcess(
            try await tool(), [call.rawValue, "\(error)", try Programs.path(program)] + arguments,
            environment: TestProcess.plainEnvironment.merging(environment) { $1 })
    }

    private static func tool() async throws -> String {
        let path = try Scratch.directory() + "/deny"
        let source = URL(filePath: #filePath).deletingLastPathComponent().path + "/deny.c"
        let compiler = try TestProcess("/usr/bin/env", ["clang", "-o", path, source])
        guard try await compiler.exitStatus(within: .seconds(60)) == .code(0) else {
            throw TestFailure("deny.c doesn't compile: \(compiler.lines.joined(separator: "\n"))")
        }
        return path
    }
}
