import FoundationEssentials
import Glibc
import IXTestSupport

/// A disk of a few MiB that only the programs started on it see; gone when the last of them is.
struct SmallDisk {
    let directory: String
    private let holder: TestProcess

    var path: String { directory + "/jobs.db" }

    init(mebibytes: Int) async throws {
        directory = try Scratch.directory()
        let script = "mount -t tmpfs -o size=\(mebibytes)m,mode=700 none \(directory) && echo mounted && exec cat"
        holder = try TestProcess(
            "/usr/bin/unshare", ["-m", "--propagation", "private", "sh", "-c", script], keepsInput: true)
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

    func run(_ program: String, _ arguments: [String], input: String? = nil) async throws -> TestCtl.Said {
        let process = try start(program, arguments, environment: StoreAddress.variables(path), input: input)
        return TestCtl.Said(exit: try await process.exitStatus(), lines: process.lines)
    }

    /// Takes every block that is left.
    func fill() async throws {
        let said = try await run("/bin/sh", ["-c", "cat /dev/zero > \(directory)/filler"])
        guard said.text.contains("No space left") else { throw TestFailure("the disk was not filled: \(said.text)") }
    }

    func grow(mebibytes: Int) async throws {
        let said = try await run("/bin/mount", ["-o", "remount,size=\(mebibytes)m", directory])
        guard said.exit == .code(0) else { throw TestFailure(said.text) }
    }
}
