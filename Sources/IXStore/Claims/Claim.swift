public import FoundationEssentials
public import IXCore

/// A worker's request for the next job.
///
/// Requires: a `claimID` of its own for each claim. The caller mints the id, so that a claim whose reply was lost can
/// be recognised in the store afterwards.
public struct Claim: Sendable {
    /// Fences every later write of the claimed attempt.
    public let claimID: UUID
    /// The daemon's id, as given to `registerDaemon`.
    public let daemonID: UUID
    /// The use cases to claim from; nil claims a job of any use case.
    public let useCases: UseCaseFilter?

    /// Creates a claim under a new random `claimID`, unless the caller gives an id.
    public init(claimID: UUID = .random(), daemonID: UUID, useCases: UseCaseFilter? = nil) {
        self.useCases = useCases
        self.claimID = claimID
        self.daemonID = daemonID
    }
}

/// A job claimed by a worker.
public struct ClaimedJob: Sendable, Equatable {
    /// The attempt started by this claim; every write about the run names it.
    public let attempt: Attempt
    /// The job's `max_attempts`; 0 means no limit.
    public let maxAttempts: Int
    /// The job's identifiers, repeated in its response and in log lines.
    public let names: JobNames
    /// The request as stored; nil when the store can't write the document out as text.
    public let request: String?
    /// True when the job's `expires_at` has passed; the worker ends the job without a start.
    public let isExpired: Bool
    /// True when the job was cancelled during an earlier run, and that run handed the job back instead of ending it.
    public let isCancelled: Bool
    /// True when the row had a callback URL at the claim. A URL may still be added during the run.
    public let hasCallback: Bool

    /// Creates the value from a row returned by a claim.
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
