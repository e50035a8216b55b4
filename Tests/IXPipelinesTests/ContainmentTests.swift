import CSpawn
import FoundationEssentials
import Glibc
import IXCore
import Testing

@testable import IXPipelines

/// What a program can't do to the daemon and to others, whoever they run as.
@Suite(.timeLimit(.minutes(3))) struct ContainmentTests {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    /// What the shell script says when it is started under this containment.
    private func says(_ script: String, _ containment: ix_containment) throws -> String {
        let streams = try StandardStreams()
        let child = try ChildProcess(
            ["/bin/sh", "-c", script], variables: ["PATH": "/usr/bin:/bin"], directory: workshop.root,
            ends: streams.childEnds, limits: ProcessLimits(), containment: containment)
        streams.closeChildEnds()
        while ChildExit.status(of: child.number) == nil { usleep(2000) }
        child.reap()
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(streams.output, &bytes, bytes.count)
        [streams.input, streams.output, streams.error].forEach { _ = close($0) }
        return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
    }

    @Test(arguments: [IX_CONTAIN_FILTER.rawValue, IX_CONTAIN_SCOPE.rawValue, IX_CONTAIN_BEST.rawValue])
    func `it can't signal the daemon, but its own`(containment: UInt32) throws {
        let containment = ix_containment(containment)
        if containment == IX_CONTAIN_SCOPE, ix_has_signal_scope() == 0 { return }
        let said = try says(
            "kill -9 $PPID && echo killed; kill -0 $PPID || echo refused; sleep 100 & kill $! && echo own", containment)
        #expect(said == "refused\nown\n")
    }

    @Test func `without containment the same kill would have got through`() throws {
        #expect(try says("kill -0 $PPID && echo reached", IX_CONTAIN_NONE) == "reached\n")
    }

    @Test(.enabled(if: ix_has_signal_scope() != 0), arguments: [true])
    func `it can't signal another job's program`(_: Bool) async throws {
        let other = Task { try await workshop.run(shell: "echo $$ >&2; exec sleep 2; ") }
        while workshop.logTail.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        let pid = workshop.logTail.trimmingCharacters()
        let report = try await workshop.run(shell: "kill -9 \(pid) 2>/dev/null && echo '{\"killed\":1}' || echo '{}'")
        #expect(report.response?.document["killed"] == nil)
        #expect(try await other.value.exit == .exited(0))
    }

    @Test func `kill -9 -1 reaches nobody else`() async throws {
        let said = try says("kill -9 -1; echo alive", IX_CONTAIN_FILTER)
        #expect(said == "alive\n")
    }

    @Test func `it sees 0, 1 and 2 alone, and no signal ignored or blocked`() throws {
        let leak = open("/dev/null", O_RDONLY)
        defer { close(leak) }
        let said = try says(
            "ls /proc/self/fd | tr '\\n' ' '; grep -E 'Sig(Blk|Ign)' /proc/self/status | tr -d '\\n\\t'",
            IX_CONTAIN_BEST)
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
