import FoundationEssentials
import IXCore
import IXPipelinesSupport
import Synchronization
import Testing

@testable import IXPipelines

@Suite(.timeLimit(.minutes(1))) struct BuiltinTests {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    private func run(_ pipeline: any PipelineRunner, _ fields: String) async throws -> PipelineReport {
        try await pipeline.run(try .sample(fields), context: workshop.context())
    }

    @Test func `echo returns the request's context untouched`() async throws {
        let report = try await run(EchoPipeline(), #"{"context":{"n":1.10,"big":12345678901234567890}}"#)
        #expect(report.response?.document.text == #"{"error":null,"context":{"n":1.10,"big":12345678901234567890}}"#)
    }

    @Test func `echo leaves the context out when there is none`() async throws {
        #expect(try await run(EchoPipeline(), "{}").response?.document.text == #"{"error":null}"#)
    }

    @Test func `sleep answers as echo after its time`() async throws {
        let started = ContinuousClock.now
        let report = try await run(SleepPipeline(), #"{"options":{"seconds":0.05},"context":1}"#)
        #expect(ContinuousClock.now - started >= .milliseconds(50))
        #expect(report.response?.document.text == #"{"error":null,"context":1}"#)
    }

    @Test func `sleep without a number of seconds takes one`() throws {
        #expect(BuiltinOptions(try .sample("{}")).seconds(default: 1) == .seconds(1))
        #expect(BuiltinOptions(try .sample(#"{"options":7}"#)).seconds(default: 1) == .seconds(1))
    }

    @Test(arguments: [#""soon""#, "-1", "null", "[]"])
    func `sleep refuses seconds that are no number from 0 on`(seconds: String) async throws {
        let report = try await run(SleepPipeline(), #"{"options":{"seconds":\#(seconds)}}"#)
        #expect(report.isDiscard && report.error?.code == "bad_options")
    }

    @Test func `sleep without end is cut to a year`() throws {
        let options = BuiltinOptions(try .sample(#"{"options":{"seconds":1e300}}"#))
        #expect(options.seconds(default: 1) == .seconds(365 * 86_400))
    }

    @Test func `sleep ends when it is cancelled`() async throws {
        let task = Task { try await run(SleepPipeline(), #"{"options":{"seconds":86400}}"#) }
        task.cancel()
        #expect(try await task.value.outcome == .cancelled)
    }

    @Test(arguments: ["{}", #"{"options":{}}"#, #"{"options":{"outcome":"error"}}"#])
    func `fail ends in an error unless told otherwise`(fields: String) async throws {
        #expect(try await run(FailPipeline(), fields).response?.errorCode == "requested_failure")
    }

    @Test func `fail hands back, discards or throws as it is told`() async throws {
        #expect(try await run(FailPipeline(), #"{"options":{"outcome":"retry"}}"#).isRetry)
        #expect(try await run(FailPipeline(), #"{"options":{"outcome":"discard"}}"#).isDiscard)
        await #expect(throws: FailPipeline.RequestedFailure.self) {
            try await run(FailPipeline(), #"{"options":{"outcome":"throw"}}"#)
        }
    }

    @Test func `fail refuses an outcome it doesn't know`() async throws {
        let report = try await run(FailPipeline(), #"{"options":{"outcome":"explode"}}"#)
        #expect(report.isDiscard && report.error?.code == "bad_options")
    }

    @Test func `fail's hang outlasts its cancellation, and the run's timeout by an hour`() async throws {
        let (asked, ask) = AsyncStream<Duration>.makeStream()
        let (released, release) = AsyncStream<Void>.makeStream()
        let pipeline = FailPipeline { time in
            ask.yield(time)
            // A task of its own, as the real one: cancelling the caller's doesn't end it.
            await Task.detached { for await _ in released { return } }.value
        }
        let ended = Mutex(false)
        let task = Task {
            let report = try await run(pipeline, #"{"options":{"outcome":"hang"}}"#)
            ended.withLock { $0 = true }
            return report
        }
        var times = asked.makeAsyncIterator()
        #expect(await times.next() == .seconds(60 + 3600))
        task.cancel()
        for _ in 0..<1000 { await Task.yield() }
        #expect(!ended.withLock { $0 })
        release.yield()
        #expect(try await task.value.isDiscard)
    }

    @Test func `the real hang takes no notice of being cancelled`() async throws {
        // What it holds is held for an hour, so none of it is the workshop's.
        let context = PipelineContext(
            attempt: Attempt(jobID: UUID(), attempts: 0, claimID: UUID()), maxAttempts: 3, timeout: .seconds(1),
            logger: RecordedLog().logger)
        let ended = Mutex(false)
        let task = Task {
            _ = try await FailPipeline().run(.sample(#"{"options":{"outcome":"hang"}}"#), context: context)
            ended.withLock { $0 = true }
        }
        task.cancel()
        _ = try await run(SleepPipeline(), #"{"options":{"seconds":0.1}}"#)
        #expect(!ended.withLock { $0 })
    }
}
