public import IXCore

/// The members of a job that change during its life, for readers that follow many jobs.
public struct JobPulse: Sendable, Equatable {
    /// Status of the job.
    public let status: JobStatus
    /// Number of starts handed back.
    public let attempts: Int
    /// True after a request to cancel the running job.
    public let isCancelling: Bool
    /// Result of the callback; nil while there is none.
    public let callbackStatus: CallbackStatus?
    /// True for a job with a callback URL.
    public let hasCallback: Bool
    /// Time of the newest progress of the current run (ISO 8601, UTC); nil without progress.
    public let progressAt: String?

    /// Creates the value from its columns.
    public init(
        status: JobStatus, attempts: Int, isCancelling: Bool, callbackStatus: CallbackStatus?, hasCallback: Bool,
        progressAt: String?
    ) {
        self.status = status
        self.attempts = attempts
        self.isCancelling = isCancelling
        self.callbackStatus = callbackStatus
        self.hasCallback = hasCallback
        self.progressAt = progressAt
    }

    /// True when nothing more will change.
    public var isFinal: Bool { status.isTerminal && (!hasCallback || callbackStatus != nil) }
}
