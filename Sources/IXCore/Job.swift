public import FoundationEssentials

/// A row of `ix_jobs`, as a reader sees it. Times are the store's clock.
public struct Job: Sendable, Equatable {
    public var jobID: UUID
    public var ixID: String
    public var clientID: String
    public var requestID: String
    public var useCase: String?
    public var status: JobStatus
    /// The RequestIX document as stored; text, because rows that came past the door may hold anything.
    public var request: String
    /// The ResponseIX document as stored.
    public var response: String?
    public var callbackURL: String?
    public var callbackStatus: CallbackStatus?
    public var attempts: Int
    public var maxAttempts: Int
    public var priority: Int
    /// Times as the store writes them: ISO 8601, UTC, microseconds.
    public var createdAt: String
    public var runAt: String?
    public var startedAt: String?
    public var finishedAt: String?
    public var expiresAt: String?
    public var claimID: UUID?
    public var finishedClaim: UUID?
    public var workerID: UUID?
    public var cancelRequestedAt: String?
    /// The job whose request this one repeats.
    public var resubmitOf: UUID?

    public init(
        jobID: UUID, ixID: String, clientID: String, requestID: String, useCase: String?, status: JobStatus,
        request: String, response: String?, callbackURL: String?, callbackStatus: CallbackStatus?, attempts: Int,
        maxAttempts: Int, priority: Int, createdAt: String, runAt: String?, startedAt: String?, finishedAt: String?,
        expiresAt: String?, claimID: UUID?, finishedClaim: UUID?, workerID: UUID?, cancelRequestedAt: String? = nil,
        resubmitOf: UUID? = nil
    ) {
        self.jobID = jobID
        self.ixID = ixID
        self.clientID = clientID
        self.requestID = requestID
        self.useCase = useCase
        self.status = status
        self.request = request
        self.response = response
        self.callbackURL = callbackURL
        self.callbackStatus = callbackStatus
        self.attempts = attempts
        self.maxAttempts = maxAttempts
        self.priority = priority
        self.createdAt = createdAt
        self.runAt = runAt
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.expiresAt = expiresAt
        self.claimID = claimID
        self.finishedClaim = finishedClaim
        self.workerID = workerID
        self.cancelRequestedAt = cancelRequestedAt
        self.resubmitOf = resubmitOf
    }
}
