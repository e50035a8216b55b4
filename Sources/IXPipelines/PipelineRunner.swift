public import IXCore

/// Runs jobs in one of the ways a pipeline can: a program, a warm process, a service, a Swift type.
///
/// Guarantees, Requires, Concurrency: as `Pipeline`.
/// Failure: a thrown error ends the job in `error` with code `pipeline_error`; everything expected is an `Outcome`.
public protocol PipelineRunner: Sendable {
    func run(_ request: RequestIX, context: PipelineContext) async throws -> PipelineReport

    /// Lets go of what is kept between runs; those under way end first. Returns when nothing is left.
    func close() async
}

extension PipelineRunner {
    public func close() async {}
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

/// Something wrong with the pipeline rather than with the job: what its breaker counts.
public struct PipelineFault: Sendable, Equatable {
    /// For the operator.
    public let reason: String
    /// Nothing of the job ran, so it costs no start.
    public let isUnstarted: Bool

    public init(_ reason: String, isUnstarted: Bool) {
        self.reason = reason
        self.isUnstarted = isUnstarted
    }
}

/// An outcome and what is kept with the attempt.
public struct PipelineReport: Sendable, Equatable {
    public var outcome: Outcome
    /// How the process ended, nil when there was none.
    public var exit: ExitStatus?
    /// Nil: the pipeline itself is well, whatever became of the job.
    public var fault: PipelineFault?

    public init(_ outcome: Outcome, exit: ExitStatus? = nil, fault: PipelineFault? = nil) {
        self.outcome = outcome
        self.exit = exit
        self.fault = fault
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
