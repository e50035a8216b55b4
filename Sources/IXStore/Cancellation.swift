public import FoundationEssentials
public import IXCore

/// What a cancel came to.
public struct Cancellation: Sendable, Equatable {
    public enum Result: Sendable, Equatable {
        /// It was pending and is `error` now, code `cancelled`.
        case cancelled
        /// A worker runs it; only jobs that wait can be cancelled.
        case running
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
