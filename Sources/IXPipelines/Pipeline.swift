public import IXCore

/// `Pipeline` is a Swift type that runs jobs: takes the request, returns the response.
///
/// Gains: a program that registers a pipeline becomes its own ix-worker (see `docs/pipelines.md`).
/// Guarantees: called once per attempt, and at least once per job; the context names the attempt.
/// Requires: honours task cancellation (timeout, cancel, shutdown, lost lease). A run that ignores cancellation is
/// abandoned after the grace, and its response is dropped.
/// Concurrency: called by many workers at a time; must not block a thread of the cooperative pool.
/// Failure: a response with an `error` ends the job in `error`. `PipelineStop` asks for another attempt, or ends the
/// job with a code. Any further error ends the job with code `pipeline_error`; its text is only logged.
public protocol Pipeline: Sendable {
    /// Runs the job of `request` and returns the response.
    func run(_ request: RequestIX, context: PipelineContext) async throws -> ResponseIX
}

/// `PipelineStop` is thrown by a pipeline to choose between another attempt and the job's end.
public enum PipelineStop: Error, Sendable, Equatable {
    /// Another attempt after a pause (nil: the queue's own), as long as the job has starts left.
    case retry(after: Duration? = nil, JobError)
    /// The job's end, with this error.
    case discard(JobError)
}
