import CSpawn
import FoundationEssentials
import Glibc
import IXCore
import IXPipelinesSupport
import Testing

@testable import IXPipelines
@testable import IXPrograms

/// A program can't harm the daemon or other processes, under any user.
@Suite(.timeLimit(.minutes(3))) struct ContainmentTests {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    /// What the shell script says when it is started under this containment.
    private func says(_ script: String, _ walls: Walls) throws -> String {
        let streams = try StandardStreams()
        let child = try ChildProcess(
            ["/bin/sh", "-c", script], variables: ["PATH": "/usr/bin:/bin"], directory: workshop.root,
            ends: streams.childEnds, limits: ProcessLimits(), walls: walls)
        streams.closeChildEnds()
        while ChildExit.status(of: child.number) == nil { usleep(2000) }
        child.reap()
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(streams.output, &bytes, bytes.count)
        [streams.input, streams.output, streams.error].forEach { _ = close($0) }
        return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
    }

    /// As on a kernel without Landlock, with its first versions, and with what this one has.
    private static let kernels: [Int32] = [0, 2, ix_landlock_version()]

    private static func walls(_ version: Int32) -> Walls { Walls(HiddenPaths([], home: nil), version: version) }

    @Test(arguments: kernels)
    func `it can't signal the daemon, but its own`(version: Int32) throws {
        let said = try says(
            "kill -9 $PPID && echo killed; kill -0 $PPID || echo refused; sleep 100 & kill $! && echo own",
            Self.walls(version))
        #expect(said == "refused\nown\n")
    }

    @Test func `without containment the same kill would have got through`() throws {
        #expect(try says("kill -0 $PPID && echo reached", .none) == "reached\n")
    }

    @Test(.enabled(if: ix_landlock_version() >= IX_LANDLOCK_SIGNALS), arguments: [true])
    func `it can't signal another job's program`(_: Bool) async throws {
        let other = Task { try await workshop.run(shell: "echo $$ >&2; exec sleep 2; ") }
        while workshop.logTail.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        let pid = workshop.logTail.trimmingCharacters()
        let report = try await workshop.run(shell: "kill -9 \(pid) 2>/dev/null && echo '{\"killed\":1}' || echo '{}'")
        #expect(report.response?.document["killed"] == nil)
        #expect(try await other.value.exit == .exited(0))
    }

    private static let python = """
        import ctypes, os, resource, sys
        libc = ctypes.CDLL(None, use_errno=True)
        def refused(body):
            try: body(); return False
            except PermissionError: return True
        daemon = os.getppid()
        print(refused(lambda: resource.prlimit(daemon, resource.RLIMIT_CPU, (7, 7))))
        print(resource.prlimit(daemon, resource.RLIMIT_CORE) is not None)
        resource.prlimit(0, resource.RLIMIT_NOFILE, (64, 64))
        resource.prlimit(os.getpid(), resource.RLIMIT_NOFILE, (63, 63))
        resource.setrlimit(resource.RLIMIT_NOFILE, (62, 62))
        print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])
        print(libc.ptrace(16, daemon, None, None) == -1)
        """

    @Test(arguments: kernels)
    func `it can't change the daemon's limits nor trace it, and its own limits it can`(version: Int32) throws {
        let said = try says("exec /usr/bin/python3 -c '\(Self.python)'", Self.walls(version))
        #expect(said == "True\nTrue\n62\nTrue\n")
    }

    @Test func `without walls it could change them`() throws {
        let said = try says("prlimit --pid $PPID --nofile=$(ulimit -Sn):$(ulimit -Hn) && echo changed", .none)
        #expect(said == "changed\n")
    }

    @Test func `kill -9 -1 reaches nobody else`() async throws {
        let said = try says("kill -9 -1; echo alive", Self.walls(0))
        #expect(said == "alive\n")
    }

    @Test func `it sees 0, 1 and 2 alone, and no signal ignored or blocked`() throws {
        let leak = open("/dev/null", O_RDONLY)
        defer { close(leak) }
        let said = try says(
            "ls /proc/self/fd | tr '\\n' ' '; grep -E 'Sig(Blk|Ign)' /proc/self/status | tr -d '\\n\\t'",
            .plain)
        #expect(said == "0 1 2 3 SigBlk:0000000000000000SigIgn:0000000000000000", "3 is the folder that ls reads")
    }

    @Test func `limits hold from the first instruction`() async throws {
        let limits = ProcessLimits(
            memoryBytes: 512 << 20, cpuSeconds: 7, fileBytes: 1 << 20, processes: 4000, openFiles: 99)
        let pipeline = try workshop.pipeline(
            ["sh", "-c", "ulimit -v >&2; ulimit -t >&2; ulimit -n >&2; exec dd if=/dev/zero of=big bs=64k count=99"],
            limits: limits)
        let report = try await workshop.run(pipeline)
        #expect(report.exit == .signalled(SIGXFSZ) || report.exit == .exited(1))
        #expect(workshop.logTail.hasPrefix("524288\n7\n99\n"))
    }

    @Test func `a processor limit ends a program that spins`() async throws {
        let report = try await workshop.run(
            workshop.pipeline(["sh", "-c", "while :; do :; done"], limits: ProcessLimits(cpuSeconds: 1)))
        #expect(report.exit == .signalled(SIGXCPU) && report.error?.code == "pipeline_failed")
    }

    @Test func `the kernel takes memory from it first`() async throws {
        let report = try await workshop.run(shell: "sleep 0.2; cat /proc/self/oom_score_adj >&2; echo '{}'")
        #expect(report.response != nil)
        #expect(workshop.logTail == "500\n" || getuid() != 0)
    }
}

extension String {
    fileprivate func trimmingCharacters() -> String { String(filter { !$0.isWhitespace }) }
}
