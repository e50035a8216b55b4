public import FoundationEssentials
public import IXCore

/// A wish for the next job. The id is the caller's, so that a claim whose reply was lost can be told from others.
public struct Claim: Sendable {
    public let claimID: UUID
    public let workerID: UUID
    /// Nil: a job of any use case.
    public let useCases: UseCaseFilter?

    public init(claimID: UUID = .random(), workerID: UUID, useCases: UseCaseFilter? = nil) {
        self.useCases = useCases
        self.claimID = claimID
        self.workerID = workerID
    }
}

/// A job in a worker's hands.
public struct ClaimedJob: Sendable, Equatable {
    public let attempt: Attempt
    public let maxAttempts: Int
    public let names: JobNames
    /// The request as stored, nil when the store could not hand it out as text at all.
    public let request: String?
    /// Its time to start had passed.
    public let isExpired: Bool
    /// Cancelled while another worker ran it, which sent it back all the same.
    public let isCancelled: Bool
    /// Whether somebody wants to hear of its end, as far as is known.
    public let hasCallback: Bool

    public init(
        attempt: Attempt, maxAttempts: Int, names: JobNames, request: String?, isExpired: Bool, isCancelled: Bool,
        hasCallback: Bool
    ) {
        self.attempt = attempt
        self.maxAttempts = maxAttempts
        self.names = names
        self.request = request
        self.isExpired = isExpired
        self.isCancelled = isCancelled
        self.hasCallback = hasCallback
    }
}
