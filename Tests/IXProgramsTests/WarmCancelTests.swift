import FoundationEssentials
import Glibc
import IXCore
import IXPipelinesSupport
import Testing

@testable import IXPipelines
@testable import IXPrograms

/// Cancels of a warm process's jobs.
@Suite(.timeLimit(.minutes(3))) struct WarmCancelTests {
    private let bench: WarmBench

    init() throws { bench = try WarmBench() }

    @Test func `a cancel is told first, and a process that heeds it goes on`() async throws {
        let pipeline = try bench.pipeline(
            bench.python(
                "if request['context']['a'] == 1:\n    say(log='waiting')\n    m = json.loads(sys.stdin.readline())\n"
                    + "    say(log=json.dumps(m))\ndone(pid=os.getpid())"))
        let report = try await bench.cancelled(pipeline, once: "waiting")
        #expect(report.outcome == .cancelled && report.exit == nil)
        #expect(
            bench.workshop.logTail.contains(#"{\"cancel\": {\"job_id\":"#) || bench.workshop.logTail.contains("cancel"))
        let next = try await bench.run(pipeline, .sample(#"{"context":{"a":2}}"#))
        #expect(next.response != nil)
        await pipeline.close()
    }

    /// Cancelled at its first attempt; what its second one in the same process, or the next, comes to.
    private func secondAttempt(
        _ pipeline: WarmPipeline
    ) async throws -> (first: PipelineReport, second: PipelineReport) {
        let job = UUID()
        let context = bench.workshop.context(jobID: job)
        let first = Task { try await pipeline.run(.sample(), context: context) }
        while !context.log.tail.contains("waiting") { try await Task.sleep(for: .milliseconds(5)) }
        first.cancel()
        let second = bench.workshop.context(jobID: job, attempts: 1)
        return (try await first.value, try await pipeline.run(.sample(), context: second))
    }

    @Test func `a cancel holds for its attempt: the same job's next one in the same process runs`() async throws {
        let pipeline = try bench.pipeline(
            """
            import os, sys; sys.path.insert(0, "\(bench.folder)/client")
            import ix_pipeline
            def run(request, job):
                print("waiting")
                while job.attempt == 1: job.progress(0.1)
                job.progress(0.9)
                return {"pid": os.getpid(), "attempt": job.attempt}
            ix_pipeline.serve(run)
            """)
        let (first, second) = try await secondAttempt(pipeline)
        #expect(first == PipelineReport(.cancelled))
        #expect(second.response?.document["attempt"]?.text == "2")
        await pipeline.close()
    }

    @Test func `a client that knows no attempts isn't given another job once it was told to cancel one`() async throws {
        // It remembers the job's id for ever, as the first client did.
        let body = """
            say(log='waiting')
            while job['attempt'] == 1:
                if 'cancel' in json.loads(sys.stdin.readline()): gone = job['job_id']; break
            if gone == job['job_id']: say(discard={'job_id': gone, 'code': 'cancelled', 'message': 'cancelled'})
            else: done(attempt=job['attempt'])
            """
        let pipeline = try bench.pipeline(bench.python(body, before: "gone = None"))
        let (first, second) = try await secondAttempt(pipeline)
        #expect(first.outcome == .cancelled)
        #expect(second.response?.document["attempt"]?.text == "2")
        await pipeline.close()
    }

    @Test func `one that doesn't heed it gets TERM after half of the grace and KILL after the whole`() async throws {
        let deaf = "signal.signal(signal.SIGTERM, lambda *_: say(log='TERM'))"
        let pipeline = try bench.pipeline(
            bench.python("say(log='waiting')\nwhile True: time.sleep(1)", before: deaf), killGrace: .seconds(1))
        let report = try await bench.cancelled(pipeline, once: "waiting")
        #expect(report.outcome == .cancelled && report.exit == .signalled(9))
        #expect(bench.workshop.logTail.contains("TERM\n"))
        await pipeline.close()
    }

    @Test func `a process that reads nothing holds up its own job alone`() async throws {
        let pipeline = try bench.pipeline(
            "import sys, time; print('{\"ready\":{\"protocol\":1}}', flush=True); time.sleep(1000)",
            killGrace: .milliseconds(200))
        let big = try RequestIX.sample(#"{"context":""# + String(repeating: "x", count: 900_000) + #""}"#)
        let run = Task { try await bench.run(pipeline, big) }
        try await Task.sleep(for: .milliseconds(300))
        run.cancel()
        #expect(try await run.value.outcome == .cancelled)
        await pipeline.close()
    }
}
