public import FoundationEssentials

/// A claim by which a worker holds a job, as the store has it.
public struct HeldClaim: Sendable, Equatable {
    public let claimID: UUID
    /// Somebody wants the job ended.
    public let isCancelled: Bool

    public init(claimID: UUID, isCancelled: Bool) {
        self.claimID = claimID
        self.isCancelled = isCancelled
    }
}
