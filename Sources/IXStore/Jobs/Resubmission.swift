public import FoundationEssentials
public import IXCore

/// The result of a request to insert an ended job again.
public enum Resubmission: Sendable, Equatable {
    /// A new job was inserted, linked to the ended job by `resubmit_of`.
    case resubmitted(UUID)
    /// A job already exists under the new request_id, inserted by an earlier call or by another producer.
    case duplicate(UUID)
    /// The job is pending or running; only an ended job can be inserted again.
    case notEnded(JobStatus)
    case notFound

    /// Returns the request_id of the new job when the caller gives none. The same job yields the same id, so that a
    /// second call finds the job of the first.
    package static func requestID(of requestID: String, _ jobID: UUID) -> String {
        requestID + "~" + jobID.uuidString.lowercased().prefix(8)
    }
}
