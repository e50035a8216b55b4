public import IXCore

/// `Pipeline` is a Swift type that runs jobs: takes the request, returns the response.
///
/// Gains: a program that registers a pipeline becomes its own ix-worker (see `docs/pipelines.md`).
/// Guarantees: called once per attempt, and at least once per job; the context names the attempt.
/// Requires: honours task cancellation (timeout, cancel, shutdown, lost lease). A run that ignores cancellation is
/// abandoned after the grace, and its response is dropped.
/// Concurrency: called by many workers at a time. Each run has a thread of its own while it computes, so `run` may
/// block. Tasks that `run` starts apart from itself (`Task {}`, `Task.detached`) share one pool with all others, and must
/// not block.
/// Failure: a response with an `error` ends the job in `error`. `PipelineStop` asks for another attempt, or ends the
/// job with a code. Any further error ends the job with code `pipeline_error`; the error's text stands in the attempt's
/// log, and the caller doesn't see it.
public protocol Pipeline: Sendable {
    /// Runs the job of `request` and returns the response.
    func run(_ request: RequestIX, context: PipelineContext) async throws -> ResponseIX

    /// Prepares what runs will need, such as a model or connections. Called once, when the daemon begins to take jobs;
    /// runs wait for it, at most 5 minutes.
    ///
    /// Failure: after a thrown error the jobs go back at no cost, and the next job tries the set-up again.
    func prepare() async throws

    /// Frees what `prepare` made. Called once, when the daemon stops, after the last run.
    func close() async
}

extension Pipeline {
    /// Does nothing; for pipelines that prepare nothing.
    public func prepare() async throws {}

    /// Does nothing; for pipelines that keep nothing between runs.
    public func close() async {}
}

/// `PipelineStop` is thrown by a pipeline to choose between another attempt and the job's end.
public enum PipelineStop: Error, Sendable, Equatable {
    /// Another attempt after a pause (nil: the queue's own), as long as the job has starts left.
    case retry(after: Duration? = nil, JobError)
    /// The job's end, with this error.
    case discard(JobError)
}
