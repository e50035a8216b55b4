public import FoundationEssentials

/// A claim by which a daemon holds a job, as the store knows it.
public struct HeldClaim: Sendable, Equatable {
    /// The id minted for the claim.
    public let claimID: UUID
    /// True when a caller has asked to cancel the job during the run.
    public let isCancelled: Bool

    /// Creates the value from a row of a running job.
    public init(claimID: UUID, isCancelled: Bool) {
        self.claimID = claimID
        self.isCancelled = isCancelled
    }
}
