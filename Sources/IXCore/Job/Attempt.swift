public import FoundationEssentials

/// A run of a job, as known to the fence: every write by a worker names all three values.
public struct Attempt: Sendable, Hashable {
    /// Key of the job.
    public let jobID: UUID
    /// The row's `attempts` at the claim: the number of earlier starts handed back.
    public let attempts: Int
    /// Id minted for the claim alone. After a failover the same `attempts` can be handed out twice, but never the same
    /// claim.
    public let claimID: UUID

    /// Creates the fence of a claimed job.
    public init(jobID: UUID, attempts: Int, claimID: UUID) {
        self.jobID = jobID
        self.attempts = attempts
        self.claimID = claimID
    }

    /// Number of the run, from 1 for the first.
    public var number: Int { attempts + 1 }
}
