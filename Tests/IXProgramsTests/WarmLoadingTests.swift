import FoundationEssentials
import Glibc
import IXCore
import IXPipelinesSupport
import Testing

@testable import IXPipelines
@testable import IXPrograms

/// How warm processes come, wait and leave, and what becomes of the jobs meanwhile.
@Suite(.timeLimit(.minutes(3))) struct WarmLoadingTests {
    private let bench: WarmBench

    init() throws { bench = try WarmBench() }

    /// A process that waits for the file `MARK` before it is ready, and answers each job by its number.
    private static let slow = """
        import json, os, sys, time
        while not os.path.exists(os.environ["MARK"]): time.sleep(0.01)
        def say(**o): sys.stdout.write(json.dumps(o) + "\\n"); sys.stdout.flush()
        say(ready={"protocol": 2})
        for line in sys.stdin:
            job = json.loads(line).get("run", {}).get("job")
            if job: say(done={"job_id": job["job_id"], "attempt": job["attempt"], "response": {"pid": os.getpid()}})
        """

    private func load() throws {
        try #require(creat(bench.mark, 0o600) >= 0)
    }

    @Test func `loading doesn't count as run time`() async throws {
        let pipeline = try bench.pipeline(Self.slow)
        let context = bench.workshop.context(timeout: .seconds(300))
        let run = Task { try await pipeline.run(try .sample(), context: context) }
        while context.deadline < .now + .seconds(310) { try await Task.sleep(for: .milliseconds(2)) }
        try load()
        #expect(try await run.value.response != nil)
        let left = context.deadline - .now
        #expect(left > .seconds(200) && left <= .seconds(300))
        await pipeline.close()
    }

    @Test func `a job that is cancelled while its process loads ends at once, and the next job finds the process`()
        async throws
    {
        let pipeline = try bench.pipeline(Self.slow)
        let context = bench.workshop.context()
        let first = Task { try await pipeline.run(try .sample(), context: context) }
        while try bench.workshop.left.isEmpty { try await Task.sleep(for: .milliseconds(2)) }
        first.cancel()
        #expect(try await first.value == PipelineReport(.cancelled))
        let second = Task { try await bench.run(pipeline) }
        try load()
        #expect(try await second.value.response != nil)
        #expect(try bench.workshop.left.count == 1, "one process served both")
        await pipeline.close()
        #expect(try bench.workshop.left == [])
    }

    @Test func `closing ends a process that loads for no job`() async throws {
        let pipeline = try bench.pipeline(Self.slow)
        let run = Task { try await bench.run(pipeline) }
        while try bench.workshop.left.isEmpty { try await Task.sleep(for: .milliseconds(2)) }
        run.cancel()
        #expect(try await run.value.outcome == .cancelled)
        await pipeline.close()
        #expect(try bench.workshop.left == [])
    }

    @Test func `processes are loaded before jobs come, kept up, and end when they wait too long`() async throws {
        try load()
        let pipeline = try bench.pipeline(Self.slow, minProcesses: 1, idleTime: .milliseconds(200))
        pipeline.prepare()
        while try bench.workshop.left.count < 1 { try await Task.sleep(for: .milliseconds(5)) }
        async let one = bench.run(pipeline)
        async let two = bench.run(pipeline)
        let pids = try await [one, two].compactMap { $0.response?.document["pid"]?.number }
        #expect(pids.count == 2)
        while try bench.workshop.left.count != 1 { try await Task.sleep(for: .milliseconds(5)) }
        let kept = try await bench.run(pipeline)
        let pid = try #require(kept.response?.document["pid"]?.number)
        #expect(kill(pid_t(pid), SIGKILL) == 0)
        try await bench.gone(kept)
        let next = try await bench.run(pipeline)
        #expect(next.response != nil && next.response?.document["pid"]?.number != pid)
        await pipeline.close()
        #expect(try bench.workshop.left == [])
    }

    @Test func `a program may leave after an answer, at no cost for the next job`() async throws {
        let body = """
            import json, os, sys
            def say(**o): sys.stdout.write(json.dumps(o) + "\\n"); sys.stdout.flush()
            say(ready={"protocol": 2})
            job = json.loads(sys.stdin.readline())["run"]["job"]
            say(done={"job_id": job["job_id"], "attempt": 1, "response": {"pid": os.getpid()}, LAST})
            """
        for last in ["'last': True", ""] {
            let pipeline = try bench.pipeline(body.replacing("LAST", with: last))
            for _ in 0..<5 {
                let report = try await bench.run(pipeline)
                #expect(report.response != nil && report.fault == nil, "\(report)")
            }
            await pipeline.close()
        }
    }

    @Test func `a program that leaves before a word on every job is a crash`() async throws {
        let pipeline = try bench.pipeline(
            #"import sys; print('{"ready":{"protocol":2}}', flush=True); sys.stdin.readline()"#)
        let report = try await bench.run(pipeline)
        #expect(report.error?.code == "pipeline_crashed" && report.fault?.isUnstarted == false)
        await pipeline.close()
    }

    @Test func `a program of an unknown version is told apart`() async throws {
        let pipeline = try bench.pipeline(
            #"import time; print('{"ready":{"protocol":9}}', flush=True); time.sleep(60)"#)
        let report = try await bench.run(pipeline)
        #expect(report.fault?.isUnstarted == true)
        #expect(report.fault?.reason == "speaks version 9 of the protocol; this daemon speaks 1 to 2")
        await pipeline.close()
    }

    @Test func `each job may have an empty directory of its own`() async throws {
        let program = """
            import os, sys; sys.path.insert(0, "\(bench.folder)/client")
            import ix_pipeline
            def run(request, job):
                found = [name for name in os.listdir(".") if not name.startswith(".")]
                open("left", "w").write("x")
                return {"found": found, "here": os.getcwd() == job.directory, "directory": job.directory}
            ix_pipeline.serve(run)
            """
        let pipeline = try bench.pipeline(program, freshDirectory: true)
        var directories: Set<String> = []
        for _ in 0..<2 {
            let response = try #require(try await bench.run(pipeline).response?.document)
            #expect(response["found"]?.text == "[]" && response["here"]?.text == "true")
            let directory = try #require(response["directory"]?.string)
            #expect(access(directory, F_OK) != 0, "it is gone with its job")
            directories.insert(directory)
        }
        #expect(directories.count == 2)
        await pipeline.close()
    }
}
