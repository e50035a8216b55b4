public import FoundationEssentials
public import IXCore

/// What a cancel came to.
public struct Cancellation: Sendable, Equatable {
    public enum Result: Sendable, Equatable {
        /// Nobody runs it, and it is `error` now, code `cancelled`.
        case cancelled
        /// A worker runs it and is told to stop; however that ends, the job ends as `error`, code `cancelled`.
        case cancelling
        /// It had ended before, as this.
        case ended(JobStatus)
        case notFound
    }

    public let jobID: UUID
    public let result: Result

    public init(jobID: UUID, result: Result) {
        self.jobID = jobID
        self.result = result
    }
}

extension JobError {
    /// How a job ends that was cancelled before anybody started it.
    package static let cancelledWaiting = JobError("cancelled", "cancelled before it was started")
    /// How a job ends that was cancelled while it ran.
    package static let cancelledRunning = JobError("cancelled", "cancelled while it ran")
    /// How a job ends that nobody started in its time.
    package static let expired = JobError("expired", "its time to start had passed")
}
