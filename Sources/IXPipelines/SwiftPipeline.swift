public import IXCore

/// `SwiftPipeline` runs jobs by a Swift type of the embedding program.
public struct SwiftPipeline: PipelineRunner {
    private let pipeline: any Pipeline
    private let setup: PipelineSetup
    /// The longest time that a run waits for the set-up; the run's own limit begins afterwards.
    private static let setupTime = Duration.seconds(300)

    /// Wraps `pipeline`.
    public init(_ pipeline: any Pipeline) {
        self.pipeline = pipeline
        setup = PipelineSetup { try await pipeline.prepare() }
    }

    /// Begins the pipeline's set-up, unless the set-up is done.
    public func prepare() { setup.begin() }

    /// Runs the pipeline's shut-down, when a set-up came first.
    public func close() async { if setup.isDone { await pipeline.close() } }

    /// Runs the pipeline, and turns `PipelineStop` and cancellation into outcomes. Rethrows every further error.
    ///
    /// The first run waits for the set-up. A set-up that failed costs the job no start, and is tried again.
    public func run(_ request: RequestIX, context: PipelineContext) async throws -> PipelineReport {
        do { try await waitForSetup(context) } catch {
            context.log.say("the set-up of the pipeline failed: \(error)")
            return PipelineReport(
                .retry(
                    after: nil, JobError(PipelineCode.misconfigured, "the pipeline could not be prepared")),
                fault: PipelineFault("the set-up failed: \(error)", isUnstarted: true))
        }
        do {
            return PipelineReport(.complete(try await pipeline.run(request, context: context)))
        } catch PipelineStop.retry(let pause, let error) {
            return PipelineReport(.retry(after: pause, error))
        } catch PipelineStop.discard(let error) {
            return PipelineReport(.discard(error))
        } catch is CancellationError where Task.isCancelled {
            return PipelineReport(.cancelled)
        }
    }

    private func waitForSetup(_ context: PipelineContext) async throws {
        guard !setup.isDone else { return }
        context.clock.hold(for: Self.setupTime)
        try await setup.begin().value
        context.clock.begin()
    }
}
