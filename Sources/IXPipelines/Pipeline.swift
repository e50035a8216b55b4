public import IXCore

/// Runs a job: takes its request and reports an outcome.
///
/// Guarantees: called once per attempt; at-least-once per job, so the context tells the attempt.
/// Requires: honours task cancellation (timeout, cancel, shutdown, lost lease); a run that doesn't is abandoned after the
/// grace and its report is dropped.
/// Concurrency: called from many workers at a time; must not block a thread of the cooperative pool.
/// Failure: a thrown error ends the job in `error` with code `pipeline_error`; everything expected is an `Outcome`.
public protocol Pipeline: Sendable {
    func run(_ request: RequestIX, context: PipelineContext) async throws -> PipelineReport
}

/// What a pipeline reported of a run; never a thrown error.
public enum Outcome: Sendable, Equatable {
    /// A response, whose `error` decides between done and error.
    case complete(ResponseIX)
    /// Not now: hand the job back; nil lets the store's backoff decide when.
    case retry(after: Duration?, JobError)
    /// Never: an `error` now.
    case discard(JobError)
    /// Stopped because the task was cancelled; why is the canceller's to say.
    case cancelled
}

/// An outcome and what is kept with the attempt.
public struct PipelineReport: Sendable, Equatable {
    public var outcome: Outcome
    /// How the process ended, nil when there was none.
    public var exit: ExitStatus?
    /// The end of what the run wrote to its log, 64 KiB at most.
    public var logTail: String

    public init(_ outcome: Outcome, exit: ExitStatus? = nil, logTail: String = "") {
        self.outcome = outcome
        self.exit = exit
        self.logTail = logTail
    }
}

/// How a child process ended.
public enum ExitStatus: Sendable, Equatable, CustomStringConvertible {
    case exited(Int32)
    case signalled(Int32)

    public var description: String {
        switch self {
        case .exited(let code): "exit \(code)"
        case .signalled(let signal): "signal \(signal)"
        }
    }
}
