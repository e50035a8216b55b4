import IXConcurrency
import IXCore
import IXPipelines
import Synchronization

/// `WatchedPipeline` tells when a run of a pipeline begins, and keeps the log of the last run.
final class WatchedPipeline: Pipeline {
    private struct State {
        var unseen = 0
        var next = Latch()
        var log: RunLog?
    }

    private let pipeline: any Pipeline
    private let state = Mutex(State())

    init(_ pipeline: any Pipeline) { self.pipeline = pipeline }

    /// The log of the last run; nil before the first.
    var log: RunLog? { state.withLock { $0.log } }

    func run(_ request: RequestIX, context: PipelineContext) async throws -> ResponseIX {
        state.withLock { state in
            state.unseen += 1
            state.log = context.log
            state.next.open()
            state.next = Latch()
        }
        return try await pipeline.run(request, context: context)
    }

    /// Returns when a run has begun that no earlier call has returned for.
    func begun() async {
        while true {
            let next: Latch? = state.withLock { state in
                guard state.unseen == 0 else {
                    state.unseen -= 1
                    return nil
                }
                return state.next
            }
            guard let next else { return }
            await next.wait()
        }
    }
}
