internal import FoundationEssentials
public import IXCore
public import Logging

/// What a run knows beside its request.
public struct PipelineContext: Sendable {
    public let attempt: Attempt
    /// Starts the job may use up, 0 for without end.
    public let maxAttempts: Int
    /// How long this run may take, seconds from its start; it is cancelled then.
    public let timeout: Duration
    /// When that is.
    public let deadline: ContinuousClock.Instant
    /// Tagged with the job's fields; put together at each call.
    public var logger: Logger { makeLogger() }
    private let makeLogger: @Sendable () -> Logger
    /// The run's own log, kept with the attempt and shown by `ixctl logs`.
    public let log: RunLog
    private let onProgress: @Sendable (Progress) -> Void

    /// Progress of a run: `fraction` in 0…1, and a line for people.
    public struct Progress: Sendable, Equatable {
        public let fraction: Double?
        public let message: String?

        public init(fraction: Double?, message: String?) {
            self.fraction = fraction
            self.message = message
        }
    }

    public init(
        attempt: Attempt, maxAttempts: Int, timeout: Duration, logger: @escaping @autoclosure @Sendable () -> Logger,
        log: RunLog = RunLog(),
        onProgress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) {
        self.attempt = attempt
        self.maxAttempts = maxAttempts
        self.timeout = timeout
        deadline = .now + timeout
        makeLogger = logger
        self.log = log
        self.onProgress = onProgress
    }

    /// The job and the attempt, in a word.
    var runName: String { "\(attempt.jobID.uuidString.lowercased())/\(attempt.number)" }

    /// Tells how far the run is; a hint for watchers that never changes the job.
    public func progress(_ progress: Progress) {
        log.note(progress)
        onProgress(progress)
    }

    /// Tells how far the run is: `fraction` from 0 to 1, and a line for people.
    public func progress(_ fraction: Double, _ message: String? = nil) {
        progress(Progress(fraction: min(max(fraction, 0), 1), message: message))
    }
}
