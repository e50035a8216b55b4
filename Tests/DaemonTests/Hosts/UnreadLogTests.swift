import FoundationEssentials
import Glibc
import IXCore
import IXTestSupport
import Testing

/// The log leads to a stalled reader, or to a journal that is away.
@Suite(.timeLimit(.minutes(3))) struct UnreadLogTests {
    private static let toml = """
        [worker]
        grace_seconds = 1
        [pipeline]
        kill_grace_seconds = 1
        [pipelines.loud]
        kind = "exec"
        command = ["python3", "-c", "import sys; sys.stdin.read(); [print('y' * 7000, file=sys.stderr) for _ in range(40)]; print({})"]
        [pipelines.slow]
        kind = "exec"
        timeout_seconds = 1
        command = ["sh", "-c", "echo slow >&2; exec sleep 600"]
        [pipelines.echo]
        kind = "echo"
        """

    /// F_SETPIPE_SZ, which the C library's module lacks.
    private static let setPipeSize: Int32 = 1031

    /// The daemon with its standard error in a pipe of one page without a reader.
    private func daemon(_ file: TestFile, _ pipe: String) throws -> TestProcess {
        let state = try Scratch.directory()
        try Self.toml.write(to: URL(filePath: state + "/c.toml"))
        var variables = TestProcess.plainEnvironment.merging(StoreAddress.variables(file.path)) { $1 }
        variables["IX_WORKER_STATE_DIRECTORY"] = state
        let command =
            "exec '\(try Programs.path("ix-worker"))' --config \(state)/c.toml --set log.format=json 2>\(pipe)"
        return try TestProcess("/bin/sh", ["-c", command], environment: variables)
    }

    @Test func `workers, time limits and TERM go on while no reader takes it`()
        async throws
    {
        try await TestFile.with { file in
            let pipe = try Scratch.directory() + "/pipe"
            mkfifo(pipe, 0o600)
            // Both ends, so that neither opening waits; one that doesn't block, for this test alone.
            let reader = open(pipe, O_RDWR | O_NONBLOCK | O_CLOEXEC)
            #expect(fcntl(reader, Self.setPipeSize, 4096) >= 4096)
            let daemon = try daemon(file, pipe)
            for _ in 0..<4 { _ = try await file.enqueue("loud", "{}") }
            let slow = try await file.enqueue("slow", "{}")
            let said = try await TestCtl.run(file.path, ["enqueue", "echo", "--wait"])
            #expect(said.exit == .code(0))
            let isStopped = try await eventually {
                let job = try await TestCtl.run(file.path, ["get", slow, "--json"]).objects.first
                return job?["status"]?.string == "error"
            }
            #expect(isStopped)
            daemon.signal(SIGTERM)
            #expect(try await daemon.exitStatus(within: .seconds(10)) == .code(0))
            close(reader)
        }
    }

    @Test(.needsRoot) func `lines go to standard error while the journal is away, which is told once`() async throws {
        try await TestFile.with { file in
            // Standard error is what systemd would have connected, and the journal's socket isn't there.
            let mounts = try await OwnMounts("mkdir -p /run/systemd && mount -t tmpfs none /run/systemd")
            let command =
                "JOURNAL_STREAM=$(stat -L -c %d:%i /proc/self/fd/2) exec '\(try Programs.path("ix-worker"))'"
            var variables = StoreAddress.variables(file.path)
            variables["IX_WORKER_STATE_DIRECTORY"] = try Scratch.directory()
            let daemon = try mounts.start("/bin/sh", ["-c", command], environment: variables)
            try await daemon.waitForLine(containing: " ready ")
            _ = try await file.enqueue("echo", "{}")
            try await daemon.waitForLine(containing: ") done in ")
            #expect(daemon.lines.count { $0.contains("the journal takes no lines") } == 1)
            daemon.signal(SIGTERM)
            #expect(try await daemon.exitStatus() == .code(0))
        }
    }
}
