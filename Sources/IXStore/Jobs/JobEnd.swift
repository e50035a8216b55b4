package import FoundationEssentials
package import IXCore

/// The end of a job, as the daemon that wrote it tells its subscribers.
package struct JobEnd: Sendable, Equatable {
    /// Key of the job in `ix_jobs`.
    package let jobID: UUID
    /// Status of the ended job: done or error.
    package let status: JobStatus
    /// The response's `error.code`; nil for a job in `done`.
    package let errorCode: String?
    /// Number of the last attempt, from 1; 0 for a job that ended without a start.
    package let attempt: Int

    /// Creates the value from the end of an attempt, or from a row moved by a sweep.
    package init(jobID: UUID, status: JobStatus, errorCode: String?, attempt: Int) {
        self.jobID = jobID
        self.status = status
        self.errorCode = errorCode
        self.attempt = attempt
    }
}
