import FoundationEssentials
import IXConcurrency
import IXCore
import IXPipelines
import IXWorkerTesting
import Synchronization
import Testing

/// A pipeline whose body a test writes.
private struct Body: Pipeline {
    let body: @Sendable (RequestIX, PipelineContext) async throws -> ResponseIX

    init(_ body: @escaping @Sendable (RequestIX, PipelineContext) async throws -> ResponseIX) { self.body = body }

    func run(_ request: RequestIX, context: PipelineContext) async throws -> ResponseIX {
        try await body(request, context)
    }
}

private struct Secret: Error, CustomStringConvertible {
    var description: String { "the password is 12345" }
}

/// The test kit, and through it what Swift pipelines are promised.
@Suite(.timeLimit(.minutes(2))) struct TestWorkerTests {
    private static let empty = ResponseIX(members: [])

    @Test func `a thrown error stands in the attempt's log, and the caller gets a safe sentence`() async throws {
        let end = try await TestWorker(Body { _, _ in throw Secret() }).run(context: 1)
        #expect(end.error == JobError("pipeline_error", "the pipeline failed"))
        #expect(end.starts.count == 1 && end.starts[0].outcome == .threw)
        #expect(end.starts[0].log.contains("the password is 12345"))
        #expect(!end.response.document.text.contains("12345"))
    }

    @Test func `an error thrown after a stop stands in the log as well, but not the cancellation`() async throws {
        for error in [Secret() as any Error, CancellationError()] {
            let pipeline = Body { _, _ in
                // ignored: the cancellation is the event that the run waits for
                try? await Task.sleep(for: .seconds(600))
                throw error
            }
            let job = try await TestWorker(pipeline).start(context: 1)
            await job.begun()
            job.passTimeLimit()
            let end = await job.end()
            #expect(end.error?.code == "timeout")
            #expect((end.starts.first?.log.contains("12345") ?? false) == (error is Secret))
        }
    }

    @Test func `retries run until a start is left, and the pauses are the test's`() async throws {
        let starts = Mutex(0)
        let pipeline = Body { _, context in
            starts.withLock { $0 += 1 }
            guard context.attempt.number == 3 else {
                throw PipelineStop.retry(after: .seconds(3600), JobError("busy", "later"))
            }
            return Self.empty
        }
        let job = try await TestWorker(pipeline).start(context: 1)
        #expect(await job.handedBack() == .seconds(3600))
        job.startAgain()
        let end = await job.end()
        #expect(end.status == .done && end.failedStarts == 2 && starts.withLock { $0 } == 3)
        let exhausted = try await TestWorker(pipeline, maxAttempts: 2).run(context: 1)
        #expect(exhausted.error?.code == "attempts_exhausted")
    }

    @Test func `a policy retries the errors that it covers`() async throws {
        let pipeline = Body { _, context in
            context.attempt.number == 1 ? ResponseIX(error: JobError("busy", "later")) : Self.empty
        }
        let retry = RetryPolicy(codes: ["busy"], pause: .seconds(60), longest: .seconds(60))
        #expect(try await TestWorker(pipeline, retry: retry).run(context: 1).status == .done)
        #expect(try await TestWorker(pipeline).run(context: 1).error?.code == "busy")
    }

    @Test func `a run that ignores the cancellation is abandoned after the grace`() async throws {
        let release = Latch()
        let pipeline = Body { _, _ in
            await release.wait()
            return Self.empty
        }
        let job = try await TestWorker(pipeline, grace: .milliseconds(50)).start(context: 1)
        await job.begun()
        await job.cancel()
        #expect(await job.end().error?.code == "cancelled")
        release.open()
    }

    @Test func `a trace is in force, the same throughout a run`() async throws {
        let pipeline = Body { _, context in
            try ResponseIX(encoding: ["a": context.trace, "b": context.trace])
        }
        let end = try await TestWorker(pipeline).run(context: 1)
        let trace = try #require(end.response.document["a"]?.string)
        #expect(trace.wholeMatch(of: /00-[0-9a-f]{32}-[0-9a-f]{16}-01/) != nil)
        #expect(end.response.document["b"]?.string == trace)
    }
}
