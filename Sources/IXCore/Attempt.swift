public import FoundationEssentials

/// One run of one job, as the fence knows it: every write by a worker names all three.
public struct Attempt: Sendable, Hashable {
    public let jobID: UUID
    /// The row's `attempts` at the claim: starts that failed before this one.
    public let attempts: Int
    /// Minted for this claim alone; the same `attempts` can be handed out twice after a failover, this can't.
    public let claimID: UUID

    public init(jobID: UUID, attempts: Int, claimID: UUID) {
        self.jobID = jobID
        self.attempts = attempts
        self.claimID = claimID
    }

    /// The run's number as people count: 1 for the first.
    public var number: Int { attempts + 1 }
}
