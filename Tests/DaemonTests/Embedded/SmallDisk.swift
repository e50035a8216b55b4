import FoundationEssentials
import Glibc
import IXTestSupport

/// A disk of a few MiB that only the programs started on it see; gone when the last of them is.
struct SmallDisk {
    let directory: String
    private let mounts: OwnMounts

    var path: String { directory + "/jobs.db" }

    init(mebibytes: Int) async throws {
        directory = try Scratch.directory()
        mounts = try await OwnMounts("mount -t tmpfs -o size=\(mebibytes)m,mode=700 none \(directory)")
    }

    func start(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], input: String? = nil
    ) throws -> TestProcess {
        try mounts.start(program, arguments, environment: environment, input: input)
    }

    func run(_ program: String, _ arguments: [String], input: String? = nil) async throws -> TestCtl.Said {
        try await mounts.run(program, arguments, environment: StoreAddress.variables(path), input: input)
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
