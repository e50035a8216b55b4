import FoundationEssentials
import Glibc
import IXCore
import IXPipelinesSupport
import Testing

@testable import IXPipelines
@testable import IXPrograms

@Suite(.timeLimit(.minutes(5))) struct ExecCancelTests {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    /// Starts `pipeline`, cancels it once the child has written `ready`, and waits for its report.
    private func cancel(_ pipeline: ExecPipeline) async throws -> PipelineReport {
        let task = Task { try await workshop.run(pipeline) }
        await workshop.log.error("ready")
        task.cancel()
        return try await task.value
    }

    @Test func `a cancelled child is asked to end`() async throws {
        let report = try await cancel(workshop.shell("echo ready >&2; exec sleep 1000"))
        #expect(report == PipelineReport(.cancelled, exit: .signalled(15)))
        #expect(try workshop.left.isEmpty)
    }

    @Test func `a child may end well within the grace, and stays cancelled`() async throws {
        let report = try await cancel(
            workshop.shell(
                #"trap 'echo bye >&2; echo "{}"; exit 0' TERM; echo ready >&2; while :; do sleep 0.01; done"#))
        #expect(report.outcome == .cancelled && report.exit == .exited(0))
        #expect(workshop.logTail.hasSuffix("bye\n"))
    }

    @Test func `a child that ignores TERM is killed after the grace`() async throws {
        let started = ContinuousClock.now
        let report = try await cancel(
            workshop.shell("trap '' TERM; echo ready >&2; while :; do sleep 1000; done", killGrace: .milliseconds(300)))
        #expect(report.outcome == .cancelled && report.exit == .signalled(9))
        #expect(ContinuousClock.now - started >= .milliseconds(300))
    }

    @Test func `the grace is not waited for when the child ends`() async throws {
        let report = try await cancel(workshop.shell("echo ready >&2; exec sleep 1000", killGrace: .seconds(3000)))
        #expect(report.exit == .signalled(15))
    }

    @Test func `without a grace the child is killed`() async throws {
        let report = try await cancel(
            workshop.shell("trap '' TERM; echo ready >&2; while :; do sleep 1000; done", killGrace: .zero))
        #expect(report.exit == .signalled(9))
    }

    @Test func `a stopped child hears that it should end`() async throws {
        let report = try await cancel(workshop.shell("echo ready >&2; kill -STOP $$; exec sleep 1000"))
        #expect(report.exit == .signalled(15))
    }

    @Test func `TERM reaches the whole group`() async throws {
        let lifeline = Lifeline(in: workshop.root)
        let report = try await cancel(
            workshop.shell(
                #"(trap 'echo child >&2; exit 0' TERM; echo ready >&2; while :; do sleep 0.01; done) & wait"#,
                lifeline.path, killGrace: .seconds(30)))
        #expect(report.outcome == .cancelled)
        #expect(report.exit == .signalled(15))
    }

    @Test func `cancelling before the start starts nothing`() async throws {
        let marker = workshop.root + "/started"
        let task = Task {
            // Cancelled already when the run begins.
            while !Task.isCancelled { await Task.yield() }
            return try await workshop.run(workshop.shell("touch \"$1\"", marker))
        }
        task.cancel()
        #expect(try await task.value == PipelineReport(.cancelled))
        #expect(try workshop.left.isEmpty)
    }

    @Test func `cancelling at any moment ends the run and leaves nothing`() async throws {
        for delay in 0..<60 {
            let task = Task { try await workshop.run(workshop.shell("exec sleep 1000")) }
            // Spinning rather than sleeping: the moments lie microseconds apart.
            let end = ContinuousClock.now + .microseconds(delay * 100)
            while ContinuousClock.now < end { await Task.yield() }
            task.cancel()
            let report = try await task.value
            #expect(report.outcome == .cancelled)
            #expect(report.exit == nil || report.exit == .signalled(15))
        }
        #expect(try workshop.left.isEmpty)
    }

    @Test func `cancelling while an orphaned process holds the pipes ends the reading`() async throws {
        // The child's own end can't be seen from here, its last line can: cancelled before or after its exit, the run ends.
        let lifeline = Lifeline(in: workshop.root)
        let task = Task {
            try await workshop.run(
                workshop.shell(
                    #"exec 9>"$1"; env -i setsid sh -c 'echo ready >&2; exec sleep 1000' & echo $! >&2; wait"#,
                    lifeline.path))
        }
        await workshop.log.error("ready")
        task.cancel()
        let report = try await task.value
        #expect(report.outcome == .cancelled)
        let survivor = try #require(workshop.logTail.split(separator: "\n").compactMap { pid_t($0) }.first)
        kill(survivor, SIGKILL)
        #expect(await lifeline.ended())
    }

    @Test func `cancelling after the end changes nothing`() async throws {
        let task = Task { try await workshop.run(shell: "echo '{}'") }
        let report = try await task.value
        task.cancel()
        #expect(report.response != nil)
    }

    @Test func `too much output from a child that ignores TERM ends it before the grace`() async throws {
        let report = try await cancel(
            workshop.shell(
                "trap 'while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done' TERM; echo ready >&2; while :; do sleep 0.1; done",
                killGrace: .seconds(3000)))
        #expect(report.outcome == .cancelled && report.exit == .signalled(9))
    }
}
