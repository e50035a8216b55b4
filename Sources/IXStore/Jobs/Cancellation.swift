package import FoundationEssentials
package import IXCore

/// The result of a request to cancel a job.
package struct Cancellation: Sendable, Equatable {
    /// The state found or made by the request.
    package enum Result: Sendable, Equatable {
        /// The job was not running and is `error` now, code `cancelled`. A job run by foreign code without a claim has
        /// this result too.
        case cancelled
        /// A worker runs the job and is told to stop. However the run ends, the job ends in `error`, code `cancelled`.
        case cancelling
        /// The job had ended before, in this status.
        case ended(JobStatus)
        case notFound
    }

    /// Key of the job, as named in the request.
    package let jobID: UUID
    /// The state found or made for this job.
    package let result: Result

    /// Creates the result for a job.
    package init(jobID: UUID, result: Result) {
        self.jobID = jobID
        self.result = result
    }
}

extension JobError {
    /// The error of a job cancelled before its first start.
    package static let cancelledWaiting = JobError("cancelled", "cancelled before it was started")
    /// The error of a job cancelled while it ran.
    package static let cancelledRunning = JobError("cancelled", "cancelled while it ran")
    /// The error of a job whose place a newer one took, by its dedupe_key.
    package static func superseded(by jobID: UUID) -> JobError {
        JobError("superseded", "a newer job took its place: \(jobID.uuidString.lowercased())")
    }
    /// The error of a job whose job before, which it waited for, has failed or is gone.
    package static func dependencyFailed(_ parent: String, isGone: Bool, code: String?) -> JobError {
        let end = isGone ? "is gone" : "ended in error" + (code.map { ": " + $0 } ?? "")
        return JobError("dependency_failed", "job \(parent), which it waited for, \(end)")
    }
    /// The error of a job that no worker started in time.
    package static let expired = JobError("expired", "the job was not started before its expires_at")
}
