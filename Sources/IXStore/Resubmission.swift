public import FoundationEssentials
public import IXCore

/// What became of a wish to put an ended job in again.
public enum Resubmission: Sendable, Equatable {
    /// A new job stands, linked to the ended one by `resubmit_of`.
    case resubmitted(UUID)
    /// A job stands under the new request_id already: from an earlier call, or somebody else's.
    case duplicate(UUID)
    /// It waits or runs; only an ended job can be put in again.
    case notEnded(JobStatus)
    case notFound

    /// The request_id of the new job when none is wished: the same for the same job, so that a second call finds what the
    /// first one made.
    package static func requestID(of requestID: String, _ jobID: UUID) -> String {
        requestID + "~" + jobID.uuidString.lowercased().prefix(8)
    }
}
