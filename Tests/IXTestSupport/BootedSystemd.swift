import FoundationEssentials
import Glibc

/// A real systemd with its journal, booted in a container over this machine's own root. Files written inside disappear
/// with the container. A guardian process removes the container when the test process ends in any way, because the
/// guardian's stdin closes.
package final class BootedSystemd: Sendable {
    /// The result of a command inside.
    package struct Output: Sendable {
        /// Exit code or signal of the command.
        package let exit: TestProcess.Exit
        /// Lines of stdout and stderr, in the order of arrival.
        package let lines: [String]
        /// The lines joined by newlines.
        package var text: String { lines.joined(separator: "\n") }
    }

    private let directory: String
    private let guardian: TestProcess

    /// True when a container can boot here. In CI always true, so that a missing tool fails the tests.
    package static var canBoot: Bool {
        Environment.isCI || geteuid() == 0 && access("/usr/bin/systemd-nspawn", X_OK) == 0
    }

    /// The message of skipped tests.
    package static let missing =
        "systemd-nspawn is not installed (make setup), or this is not root: tests that need a booted systemd are skipped"

    /// Boots a container of the caller's own, in well under a second. `binding` maps paths inside to files and folders
    /// of this machine. `base` is the folder of the root, by default this machine's own.
    package init(binding: [String: String] = [:], base: String = "/") async throws {
        directory = "/tmp/ix-test-boot-\(getpid())-" + UUID().uuidString.prefix(8).lowercased()
        let binds = binding.map { "--bind=\($0.value):\($0.key)" }
        guardian = try TestProcess(
            "/bin/sh", [Self.script, "hold", directory] + binds,
            environment: TestProcess.plainEnvironment.merging(["BASE": base]) { $1 }, keepsInput: true, ownsGroup: true)
        guardian.letEndAlone()
        try await guardian.waitForLine(containing: "booted", within: .seconds(60))
    }

    /// Boots a container for `body`, and removes the container after success and failure.
    package static func with<Value>(
        binding: [String: String] = [:], base: String = "/", _ body: (BootedSystemd) async throws -> Value
    ) async throws -> Value {
        let machine = try await BootedSystemd(binding: binding, base: base)
        do {
            let value = try await body(machine)
            try await machine.remove()
            return value
        } catch {
            // ignored: the failure of the test matters more
            try? await machine.remove()
            throw error
        }
    }

    /// Ends the container; returns when every trace is removed.
    package func remove() async throws {
        guardian.closeInput()
        _ = try await guardian.exitStatus(within: .seconds(30))
    }

    /// Runs a command inside, as root.
    @discardableResult
    package func run(
        _ command: [String], input: String? = nil, within limit: Duration = .seconds(30)
    ) async throws -> Output {
        let process = try TestProcess(
            "/bin/sh", [Self.script, "exec", directory] + command, keepsInput: input != nil)
        if let input { process.write(input) }
        process.closeInput()
        let exit = try await process.exitStatus(within: limit)
        return Output(exit: exit, lines: process.lines)
    }

    /// Runs a command inside; throws when the exit code is not 0.
    @discardableResult
    package func must(_ command: String...) async throws -> Output {
        let output = try await run(command)
        guard output.exit == .code(0) else {
            throw TestFailure("\(command.joined(separator: " ")): \(output.exit) \(output.text)")
        }
        return output
    }

    /// Writes a file inside, and creates missing parent folders.
    package func write(_ text: String, to path: String, mode: String = "644") async throws {
        let script = #"mkdir -p "$(dirname "$1")" && cat >"$1" && chmod "$2" "$1""#
        let output = try await run(["sh", "-c", script, "sh", path, mode], input: text)
        guard output.exit == .code(0) else { throw TestFailure("\(path): \(output.text)") }
    }

    private static let script: String = {
        let folder = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        return "/" + folder + "/systemd/boot.sh"
    }()
}
