public import FoundationEssentials
public import IXCore
import IXTelemetry
public import Logging

/// `PipelineContext` is a run's knowledge beside the request: attempt, time limit, log and progress.
public struct PipelineContext: Sendable {
    /// The attempt, with the job's id.
    public let attempt: Attempt
    /// The number of starts that the job may use up; 0: no limit.
    public let maxAttempts: Int
    /// The longest time of the run; the engine then cancels the run. Counted from the context's creation, or from the
    /// end of a warm program's loading.
    public let timeout: Duration
    /// The time at which the engine cancels the run.
    public var deadline: ContinuousClock.Instant { clock.deadline }
    /// The run's time limit, for a pipeline that loads something before the run begins.
    package let clock: RunClock
    /// The id of the daemon that runs the job; nil outside a daemon.
    public let daemonID: UUID?
    /// The number of the daemon's worker that runs the job, from 1; nil outside a daemon.
    public let worker: Int?
    /// The place of the run in a distributed trace: the header `traceparent` of the W3C's Trace Context, for the
    /// pipeline's own calls.
    public let trace: String
    /// The header `tracestate` beside `trace`, as the caller gave it; nil without one.
    public let traceState: String?
    /// A logger tagged with the job's fields. Each access makes a new logger.
    public var logger: Logger { makeLogger() }
    private let makeLogger: @Sendable () -> Logger
    /// The run's log, kept with the attempt and shown by `ixctl logs`.
    public let log: RunLog
    private let onProgress: @Sendable (Progress) -> Void

    /// Progress of a run: a fraction, and a line for people.
    public typealias Progress = PipelineProgress

    /// Creates the context of a run that starts now.
    ///
    /// - Parameters:
    ///   - trace: the `traceparent` in force; nil begins a trace.
    ///   - traceState: the `tracestate` beside it; nil for none.
    ///   - logger: evaluated at each access to `logger`, possibly on several threads.
    ///   - onProgress: called with each progress, on the thread that reports it.
    public init(
        attempt: Attempt, maxAttempts: Int, timeout: Duration, daemonID: UUID? = nil, worker: Int? = nil,
        trace: String? = nil, traceState: String? = nil,
        logger: @escaping @autoclosure @Sendable () -> Logger,
        log: RunLog = RunLog(),
        onProgress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) {
        self.attempt = attempt
        self.maxAttempts = maxAttempts
        self.timeout = timeout
        self.daemonID = daemonID
        self.worker = worker
        self.trace = trace ?? TraceContext.new().traceparent
        self.traceState = traceState
        clock = RunClock(timeout)
        makeLogger = logger
        self.log = log
        self.onProgress = onProgress
    }

    /// The job's id and the attempt in a single word, for the registry of children.
    package var runName: String { "\(attempt.jobID.uuidString.lowercased())/\(attempt.number)" }

    /// Returns the time at which the engine cancels a run that starts `now`: RFC 3339 text in UTC, to the millisecond.
    package func deadlineText(from now: Date = .now) -> String {
        let seconds = min(timeout.inSeconds, 100 * 365 * 86_400)
        return now.addingTimeInterval(seconds).formatted(Self.deadlineStyle)
    }

    private static let deadlineStyle = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

    /// Reports the run's progress. Progress is only shown and never changes the job.
    public func progress(_ progress: Progress) {
        log.note(progress)
        onProgress(progress)
    }

    /// Reports the run's progress. `fraction` is clamped to 0 to 1; `message` is a line for people.
    public func progress(_ fraction: Double, _ message: String? = nil) {
        progress(Progress(fraction: min(max(fraction, 0), 1), message: message))
    }
}
