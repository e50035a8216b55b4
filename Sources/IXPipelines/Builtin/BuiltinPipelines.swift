public import IXCore

/// `FailPipeline` fails as `options.outcome` asks, for drills: `error` (when absent), `retry`, `discard`, `throw`, or
/// `hang`. A hanging run ignores cancellation.
public struct FailPipeline: PipelineRunner {
    /// The error thrown for `options.outcome` = `throw`.
    public struct RequestedFailure: Error, CustomStringConvertible {
        /// The error's text in the log.
        public var description: String { "the request asked for a thrown error" }
    }

    /// The time that a hanging run continues after its own timeout, longer than the engine watches an abandoned run.
    private static let watched = Duration.seconds(3600)

    private let hang: @Sendable (Duration) async -> Void

    /// Creates the pipeline, which has no settings.
    public init() { self.init(hang: Self.outlast) }

    /// Creates the pipeline with a function that waits for the given time, even when the calling task is cancelled.
    init(hang: @escaping @Sendable (Duration) async -> Void) { self.hang = hang }

    /// Ends as `options.outcome` asks; discards the job with code `bad_options` for an unknown value.
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
        default: return BuiltinOptions.refusal("options.outcome must be error, retry, discard, throw or hang")
        }
    }

    /// Sleeps in a detached task, because cancelling the caller's task doesn't cancel a detached task.
    private static func outlast(_ time: Duration) async {
        await Task.detached {
            // ignored: no reference to this task is kept, so the sleep can't be cancelled
            try? await Task.sleep(for: time)
        }.value
    }
}

/// `EchoPipeline` answers with the request's `context`. The pipeline serves for trials, and as the no-op of the
/// engine's benchmarks.
public struct EchoPipeline: PipelineRunner {
    /// Creates the pipeline, which has no settings.
    public init() {}

    /// Returns the response at once.
    public func run(_ request: RequestIX, context: PipelineContext) async throws -> PipelineReport {
        PipelineReport(.complete(Self.response(to: request)))
    }

    /// Returns `{"error":null,"context":…}`, without `context` when the request has none.
    static func response(to request: RequestIX) -> ResponseIX {
        ResponseIX(members: request.document["context"].map { [(key: "context", value: $0)] } ?? [])
    }
}

/// `SleepPipeline` waits `options.seconds` (1 when absent), then answers as `echo`.
public struct SleepPipeline: PipelineRunner {
    /// Creates the pipeline, which has no settings.
    public init() {}

    /// Waits and answers. Returns `cancelled` at once when the task is cancelled.
    public func run(_ request: RequestIX, context: PipelineContext) async throws -> PipelineReport {
        guard let wait = BuiltinOptions(request).seconds(default: 1) else {
            return BuiltinOptions.refusal("options.seconds must be a number, 0 or more")
        }
        do {
            try await Task.sleep(for: wait)
        } catch {
            return PipelineReport(.cancelled)
        }
        return PipelineReport(.complete(EchoPipeline.response(to: request)))
    }
}
