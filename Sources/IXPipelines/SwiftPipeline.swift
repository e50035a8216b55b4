public import IXCore

/// `SwiftPipeline` runs jobs by a Swift type of the embedding program.
public struct SwiftPipeline: PipelineRunner {
    private let pipeline: any Pipeline

    /// Wraps `pipeline`.
    public init(_ pipeline: any Pipeline) { self.pipeline = pipeline }

    /// Runs the pipeline, and turns `PipelineStop` and cancellation into outcomes. Rethrows every further error.
    public func run(_ request: RequestIX, context: PipelineContext) async throws -> PipelineReport {
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
}
