package import IXCore

/// The members of a job that change during its life, for readers that follow many jobs.
package struct JobPulse: Sendable, Equatable {
    /// Status of the job.
    package let status: JobStatus
    /// Number of starts handed back.
    package let attempts: Int
    /// True after a request to cancel the running job.
    package let isCancelling: Bool
    /// Result of the callback; nil while there is none.
    package let callbackStatus: CallbackStatus?
    /// True for a job with a callback URL.
    package let hasCallback: Bool
    /// Time of the newest progress of the current run (ISO 8601, UTC); nil without progress.
    package let progressAt: String?

    /// Creates the value from its columns.
    package init(
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
    package var isFinal: Bool { status.isTerminal && (!hasCallback || callbackStatus != nil) }
}
