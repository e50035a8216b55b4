public import IXCore

/// `PipelineRunner` runs jobs by a program, a warm process, a service or a Swift type.
///
/// Guarantees, Requires, Concurrency: as for `Pipeline`.
/// Failure: a thrown error ends the job in `error` with code `pipeline_error`. Every expected end is an `Outcome`.
public protocol PipelineRunner: Sendable {
    /// Runs a single attempt of a job and reports its outcome.
    func run(_ request: RequestIX, context: PipelineContext) async throws -> PipelineReport

    /// Prepares what runs will need, such as the warm processes that are kept ready. Called when the daemon begins to
    /// take jobs, and after a reload. Returns at once.
    func prepare()

    /// Frees the resources kept between runs, such as warm processes and connections. Runs under way end first. Returns
    /// when nothing is left.
    func close() async
}

extension PipelineRunner {
    /// Does nothing; for pipelines that prepare nothing.
    public func prepare() {}

    /// Returns at once; for pipelines that keep nothing between runs.
    public func close() async {}
}

/// `Outcome` is a pipeline's result of a run. Thrown errors are not outcomes.
public enum Outcome: Sendable, Equatable {
    /// A response; its `error` decides between `done` and `error`.
    case complete(ResponseIX)
    /// The job is handed back for another attempt after a pause; nil: the store's backoff decides.
    case retry(after: Duration?, JobError)
    /// The job ends in `error` now.
    case discard(JobError)
    /// The run stopped because its task was cancelled. The canceller knows the reason.
    case cancelled
}

/// `PipelineFault` is a failure of the pipeline, in contrast to a failure of the job. The circuit breaker counts
/// faults.
public struct PipelineFault: Sendable, Equatable {
    /// The reason, for the operator.
    public let reason: String
    /// True when no part of the job ran, so that the attempt costs no start.
    public let isUnstarted: Bool
    /// The time for which the pipeline asks for no jobs at all; nil: the circuit breaker decides.
    public let hold: Duration?

    /// Creates a fault.
    public init(_ reason: String, isUnstarted: Bool, hold: Duration? = nil) {
        self.reason = reason
        self.isUnstarted = isUnstarted
        self.hold = hold
    }
}

/// `PipelineReport` is an outcome, with the details kept with the attempt.
public struct PipelineReport: Sendable, Equatable {
    /// The result of the run.
    public var outcome: Outcome
    /// The exit of the process; nil when no process ran or its exit isn't known.
    public var exit: ExitStatus?
    /// The pipeline's fault; nil: the pipeline works, whether or not the job succeeded.
    public var fault: PipelineFault?
    /// The request to a service; nil when the run made none, and for services that Swift pipelines call.
    package var call: ServiceCall?

    /// Creates a report.
    public init(_ outcome: Outcome, exit: ExitStatus? = nil, fault: PipelineFault? = nil) {
        self.outcome = outcome
        self.exit = exit
        self.fault = fault
    }
}

/// `ExitStatus` is the end of a child process: an exit status or a signal's number.
public enum ExitStatus: Sendable, Equatable, CustomStringConvertible {
    case exited(Int32)
    case signalled(Int32)

    /// The text `exit N` or `signal N`, used in errors and logs.
    public var description: String {
        switch self {
        case .exited(let code): "exit \(code)"
        case .signalled(let signal): "signal \(signal)"
        }
    }
}
