public import IXCore

/// Fails as `options.outcome` says, for drills: `error` (when absent), `retry`, `discard`, `throw`, or `hang`, which takes
/// no notice of being cancelled.
public struct FailPipeline: PipelineRunner {
    /// What `throw` throws.
    public struct RequestedFailure: Error, CustomStringConvertible {
        public var description: String { "the request asked for a thrown error" }
    }

    /// Time after the run's own timeout in which someone may still be watching a run that hangs.
    private static let watched = Duration.seconds(3600)

    private let hang: @Sendable (Duration) async -> Void

    public init() { self.init(hang: Self.outlast) }

    /// `hang` waits for the given time whatever happens to the task that calls it.
    init(hang: @escaping @Sendable (Duration) async -> Void) { self.hang = hang }

    public func run(_ request: RequestIX, context: PipelineContext) async throws -> PipelineReport {
        let failure = JobError("requested_failure", "the request asked for this failure")
        switch BuiltinOptions(request).outcome(default: "error") {
        case "error": return PipelineReport(.complete(ResponseIX(error: failure)))
        case "retry": return PipelineReport(.retry(after: nil, failure))
        case "discard": return PipelineReport(.discard(failure))
        case "throw": throw RequestedFailure()
        case "hang":
            await hang(min(context.timeout, .seconds(365 * 86_400)) + Self.watched)
            return PipelineReport(.discard(failure))
        default: return BuiltinOptions.refusal("options.outcome is none of error, retry, discard, throw, hang")
        }
    }

    /// Cancelling the caller's task doesn't reach the task that sleeps.
    private static func outlast(_ time: Duration) async {
        await Task.detached {
            // ignored: nobody holds this task, so nobody can cancel it
            try? await Task.sleep(for: time)
        }.value
    }
}
