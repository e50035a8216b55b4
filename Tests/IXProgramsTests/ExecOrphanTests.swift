import FoundationEssentials
import Glibc
import IXCore
import IXPipelinesSupport
import Testing

@testable import IXPipelines
@testable import IXPrograms

@Suite(.timeLimit(.minutes(5))) struct ExecOrphanTests {
    private let workshop: Workshop
    private let lifeline: Lifeline

    init() throws {
        workshop = try Workshop()
        lifeline = Lifeline(in: workshop.root)
    }

    private func run(_ script: String) async throws -> PipelineReport {
        try await workshop.run(workshop.shell(#"exec 9>"$1"; "# + script, lifeline.path))
    }

    @Test func `a process left in the group is ended, and its hold on the pipes with it`() async throws {
        let report = try await run("sleep 1000 & echo '{}'")
        #expect(report.response != nil)
        #expect(await lifeline.ended())
    }

    @Test func `a process that ignores every signal it can is ended`() async throws {
        let report = try await run("(trap '' TERM HUP INT; while :; do sleep 1000; done) & echo '{}'")
        #expect(report.response != nil)
        #expect(await lifeline.ended())
    }

    @Test func `a process that moved to a group of its own is ended`() async throws {
        // Job control gives every background job a group of its own.
        let report = try await run("set -m; sleep 1000 >/dev/null 2>&1 & echo '{}'")
        #expect(report.response != nil)
        #expect(await lifeline.ended())
    }

    @Test func `a process that moved to a session of its own is ended`() async throws {
        let report = try await run("setsid sleep 1000 & echo '{}'")
        #expect(report.response != nil)
        #expect(await lifeline.ended())
    }

    @Test func `a daemon that forked twice and let go of the pipes is ended`() async throws {
        let report = try await workshop.run(
            workshop.pipeline([
                "/usr/bin/python3", "-c",
                """
                import os, sys
                line = os.open(sys.argv[1], os.O_WRONLY)
                os.set_inheritable(line, True)
                ready, told = os.pipe()
                if os.fork() == 0:
                    os.setsid()
                    if os.fork() == 0:
                        null = os.open('/dev/null', os.O_RDWR)
                        for fd in range(3): os.dup2(null, fd)
                        os.chdir('/')
                        os.write(told, b'x')
                        os.execv('/bin/sleep', ['sleep', '1000'])
                    os._exit(0)
                os.wait()
                os.read(ready, 1)
                print('{}')
                """, lifeline.path,
            ]))
        #expect(report.response != nil)
        #expect(await lifeline.ended())
    }

    @Test func `a process that hides and keeps the pipes holds the run up for a second only`() async throws {
        let started = ContinuousClock.now
        let report = try await run(
            #"env -i setsid sh -c 'echo $$ >&2; exec sleep 1000' & until [ -s "$TMPDIR/x" ]; do echo x >"$TMPDIR/x"; done"#
                + "; sleep 0.2; echo '{}'")
        #expect(ContinuousClock.now - started < .seconds(200))  // the process would keep them for 1000
        #expect(report.response != nil)
        let survivor = try #require(pid_t(workshop.logTail.prefix { $0 != "\n" }))
        kill(survivor, SIGKILL)
        #expect(await lifeline.ended())
    }

    @Test func `orphaned processes of a killed child are ended`() async throws {
        let report = try await run("setsid sleep 1000 & sleep 1000 & kill -KILL $$")
        #expect(report.exit == .signalled(9))
        #expect(await lifeline.ended())
    }

    @Test func `orphaned processes with an environment of many pages are ended`() async throws {
        let report = try await run(
            "big=$(head -c 100000 /dev/zero | tr '\\0' a); "
                + #"env -i PATH="$PATH" A="$big" B="$big" IX_CONTROL="$IX_CONTROL" setsid sleep 1000 & sleep 0.2; echo '{}'"#
        )
        #expect(report.response != nil)
        #expect(await lifeline.ended())
    }

    @Test func `orphaned processes of a cancelled child are ended`() async throws {
        let task = Task { try await run("setsid sleep 1000 & echo ready >&2; wait") }
        await workshop.log.error("ready")
        task.cancel()
        #expect(try await task.value.outcome == .cancelled)
        #expect(await lifeline.ended())
    }

    @Test func `one run's orphaned processes are not another's`() async throws {
        let other = try Workshop()
        let task = Task { try await other.run(other.shell("echo ready >&2; exec sleep 1000")) }
        await other.log.error("ready")
        for _ in 0..<5 { _ = try await workshop.run(shell: "setsid sleep 1000 & echo '{}'") }
        task.cancel()
        #expect(try await task.value.exit == .signalled(15), "ended by its own cancellation, not by a sweep")
    }
}
