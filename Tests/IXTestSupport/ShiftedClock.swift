import FoundationEssentials
import Glibc

/// The clock of a private server or of a program. Tests can set the clock while the server or the program runs.
package struct ShiftedClock: Sendable {
    private let folder: String

    /// Builds the preloaded library which shifts the clock. Requires: clang.
    package init() async throws {
        folder = "/tmp/ix-test-clock-\(getpid())-" + UUID().uuidString.prefix(8).lowercased()
        // Readable for all, because the server may run as another user.
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
        let source = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().path + "/clock.c"
        let compiler = try TestProcess("/usr/bin/env", ["clang", "-shared", "-fPIC", "-o", library, source])
        let exit = try await compiler.exitStatus(within: .seconds(60))
        guard exit == .code(0) else { throw TestFailure("clang: \(exit) \(compiler.lines)") }
        try set(by: 0)
    }

    /// Sets the clock to `seconds` ahead of the host's clock; negative numbers set it behind.
    package func set(by seconds: Int) throws {
        try Data("\(seconds)".utf8).write(to: URL(filePath: file), options: .atomic)
    }

    /// Removes the library and its folder.
    package func remove() throws { try FileManager.default.removeItem(atPath: folder) }

    /// The variables of a program whose clock is this one.
    package var preload: [String: String] { ["LD_PRELOAD": library, "CLOCK_FILE": file] }

    private var library: String { folder + "/clock.so" }
    private var file: String { folder + "/seconds" }

    /// The variables of `cluster.sh` for a server which starts under the clock.
    var environment: [String: String] { ["CLOCK_LIBRARY": library, "CLOCK_FILE": file] }
}
