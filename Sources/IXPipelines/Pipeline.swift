public import IXCore

/// A Swift type that runs jobs: takes the request, returns the response.
///
/// Gains: a program that registers it becomes its own ix-worker (see `docs/pipelines.md`).
/// Guarantees: called once per attempt; at least once per job, so the context tells the attempt.
/// Requires: honours task cancellation (timeout, cancel, shutdown, lost lease); a run that doesn't is abandoned after the
/// grace and what it returns is dropped.
/// Concurrency: called from many workers at a time; must not block a thread of the cooperative pool.
/// Failure: a response with an `error` ends the job in `error`. Throw `PipelineStop` to be tried again or to give up with a
/// code; any other error ends the job with code `pipeline_error`, and only the log says more.
public protocol Pipeline: Sendable {
    func run(_ request: RequestIX, context: PipelineContext) async throws -> ResponseIX
}

/// What a pipeline throws to say more than that it failed.
public enum PipelineStop: Error, Sendable, Equatable {
    /// Not now: tried again after a pause (nil: the queue's own), as long as the job has starts left.
    case retry(after: Duration? = nil, JobError)
    /// Never: the job ends in this error.
    case discard(JobError)
}
