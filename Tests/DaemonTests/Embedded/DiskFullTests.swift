import FoundationEssentials
import Glibc
import IXCore
import IXTestSupport
import Testing

/// The disk under the file is full: nothing that was acknowledged is lost, who enqueues is told, and the daemon goes on by
/// itself when there is room.
@Suite(.enabled(if: Environment.isCI || geteuid() == 0, "mounts a disk: needs root"), .timeLimit(.minutes(3)))
struct DiskFullTests {
    @Test func `jobs stay, producers are told, and the daemon goes on when there is room`() async throws {
        let disk = try await SmallDisk(mebibytes: 3)
        let outside = try Scratch.directory()
        mkfifo(outside + "/gate", 0o600)
        let daemon = try daemon(on: disk, outside)
        try await daemon.waitForLine(containing: " ready ")
        var acknowledged = [try await enqueue("gated", "{}", disk).id]
        try await daemon.waitForLine(containing: ") claimed")
        let refusal = try await fill(disk, bytes: 50_000, &acknowledged)
        #expect(refusal.exit == .code(75) && refusal.text.contains("no space is left on the file's disk"))
        #expect(refusal.text.contains(disk.path) && acknowledged.count > 3)
        try await disk.fill()
        // The refused write has left room in the log for a few small ones.
        let last = try await fill(disk, bytes: 10, &acknowledged)
        #expect(last.exit == .code(75))
        // The program comes to its end now, and its end can't be written.
        try "go\n".write(to: URL(filePath: outside + "/gate"))
        try await daemon.waitForLine(containing: "the store does not answer")
        let meanwhile = try await status(acknowledged[0], disk)
        // A second try may find a little room in the log.
        #expect(["running", "done"].contains(meanwhile) && daemon.isRunning, "\(daemon.lines.suffix(4))")
        try await disk.grow(mebibytes: 32)
        try await daemon.waitForLine(containing: "the store answers again")
        let ids = acknowledged
        let allDone = try await eventually {
            for id in ids where try await status(id, disk) != "done" { return false }
            return true
        }
        #expect(allDone)
        #expect(try String(contentsOf: URL(filePath: outside + "/runs"), encoding: .utf8) == "run\n")
        #expect(daemon.lines.count { $0.contains("the store does not answer") } < 10)
        daemon.signal(SIGTERM)
        #expect(try await daemon.exitStatus() == .code(0))
        let again = try await disk.run(try Programs.path("ixctl"), ["enqueue", "echo"])
        #expect(again.exit == .code(0))
        let check = try await disk.run(
            "/usr/bin/env", ["python3", "-c", Self.check, disk.path])
        #expect(check.lines == ["ok"])
    }

    private static let check =
        "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute('PRAGMA integrity_check').fetchone()[0])"

    /// With a pipeline that notes each of its runs and ends when it is told to.
    private func daemon(on disk: SmallDisk, _ outside: String) throws -> TestProcess {
        let toml = """
            [worker]
            state_directory = "\(outside)/state"
            [pipelines.gated]
            kind = "exec"
            command = ["sh", "-c", "cat >/dev/null; echo run >> \(outside)/runs; read x < \(outside)/gate; echo '{}'"]
            """
        try toml.write(to: URL(filePath: outside + "/ix-worker.toml"))
        return try disk.start(
            try Programs.path("ix-worker"), ["--config", outside + "/ix-worker.toml"],
            environment: StoreAddress.variables(disk.path))
    }

    /// Enqueues jobs of this size until one is refused.
    private func fill(_ disk: SmallDisk, bytes: Int, _ acknowledged: inout [String]) async throws -> TestCtl.Said {
        let request = "{\"pad\":\"\(String(repeating: "x", count: bytes))\"}"
        for _ in 0..<100 {
            let (id, said) = try await enqueue("echo", request, disk)
            guard said.exit == .code(0) else { return said }
            acknowledged.append(id)
        }
        throw TestFailure("the disk never got full")
    }

    private func enqueue(_ useCase: String, _ request: String, _ disk: SmallDisk) async throws -> (
        id: String, said: TestCtl.Said
    ) {
        let said = try await disk.run(
            try Programs.path("ixctl"), ["enqueue", useCase, "--request", "-"], input: request)
        return (said.jobID ?? "", said)
    }

    private func status(_ id: String, _ disk: SmallDisk) async throws -> String? {
        try await disk.run(try Programs.path("ixctl"), ["get", id, "--json"]).objects.first?["status"]?.string
    }
}
