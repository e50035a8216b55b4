public import FoundationEssentials
public import IXCore

/// The end of a job, as the daemon that wrote it tells its subscribers.
public struct JobEnd: Sendable, Equatable {
    /// Key of the job in `ix_jobs`.
    public let jobID: UUID
    /// Status of the ended job: done or error.
    public let status: JobStatus
    /// The response's `error.code`; nil for a job in `done`.
    public let errorCode: String?
    /// Number of the last attempt, from 1; 0 for a job that ended without a start.
    public let attempt: Int

    /// Creates the value from the end of an attempt, or from a row moved by a sweep.
    public init(jobID: UUID, status: JobStatus, errorCode: String?, attempt: Int) {
        self.jobID = jobID
        self.status = status
        self.errorCode = errorCode
        self.attempt = attempt
    }
}
