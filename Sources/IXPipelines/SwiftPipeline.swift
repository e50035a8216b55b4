public import IXCore

/// Runs jobs by a Swift type that the program brought along.
public struct SwiftPipeline: PipelineRunner {
    private let pipeline: any Pipeline

    public init(_ pipeline: any Pipeline) { self.pipeline = pipeline }

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
