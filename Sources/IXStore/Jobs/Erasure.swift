package import IXCore

/// The result of a request to delete an ended job.
package enum Erasure: Sendable, Equatable {
    /// The job and everything kept about it are gone.
    case erased
    /// The job is pending or running; only an ended job can be deleted.
    case notEnded(JobStatus)
    /// The job's callback is due.
    case callbackDue
    case notFound
}
