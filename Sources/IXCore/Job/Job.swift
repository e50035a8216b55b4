public import FoundationEssentials

/// A row of `ix_jobs`, as shown to a reader. Times are by the store's clock.
public struct Job: Sendable, Equatable {
    /// Primary key of the row.
    public var jobID: UUID
    /// Identifier assigned at the insert; every log line of the job carries it.
    public var ixID: String
    /// The producer's id; unique together with `requestID`.
    public var clientID: String
    /// The producer's id of the request; unique per `clientID`.
    public var requestID: String
    /// Name that selects the pipeline; nil for rows inserted by foreign code without a use case.
    public var useCase: String?
    /// Status of the job.
    public var status: JobStatus
    /// The RequestIX document as stored. The type is text because rows inserted by foreign code may hold any JSON.
    public var request: String
    /// The ResponseIX document as stored; nil before the end.
    public var response: String?
    /// URL to call at the job's end; nil for no callback.
    public var callbackURL: String?
    /// Result of the callback; nil while there is none.
    public var callbackStatus: CallbackStatus?
    /// Number of starts handed back, including starts without charge.
    public var attempts: Int
    /// Number of starts that may fail or crash; 0 means no limit.
    public var maxAttempts: Int
    /// Smaller starts sooner, within the job's queue; 0 by default.
    public var priority: Int
    /// Time of the insert. All times are written by the store: ISO 8601, UTC, microseconds.
    public var createdAt: String
    /// Earliest time of the next start; nil for a job due since its insert.
    public var runAt: String?
    /// Time of the newest claim; nil before the first claim and after a hand-back.
    public var startedAt: String?
    /// Time of the end; nil for a live job.
    public var finishedAt: String?
    /// Time after which the job isn't started; nil means never.
    public var expiresAt: String?
    /// The newest claim, kept after the end; nil while the job is pending.
    public var claimID: UUID?
    /// The claim that ended the job; nil for a job ended without a run, or by foreign code.
    public var finishedClaim: UUID?
    /// The daemon of the newest claim; nil while the job is pending.
    public var daemonID: UUID?
    /// Time of the first request to cancel the running job; nil without a request.
    public var cancelRequestedAt: String?
    /// The job whose request this job repeats; nil for a job inserted by a producer.
    public var resubmitOf: UUID?
    /// The queue in whose line the job stands; nil for a plain job.
    public var queue: String?
    /// The job's group within the queue; nil for the group of jobs without a key.
    public var groupKey: String?
    /// The batch of which the job is a member, by the id of its finisher; nil for a job of no batch.
    public var batchID: UUID?
    /// The producer's place in a trace, a W3C `traceparent`, and behind a line end its `tracestate`. A resubmitted job has
    /// two further lines for the job that it repeats. Nil without a trace, and in exports.
    public var traceContext: String?

    /// Creates the value from its columns.
    public init(
        jobID: UUID, ixID: String, clientID: String, requestID: String, useCase: String?, status: JobStatus,
        request: String, response: String?, callbackURL: String?, callbackStatus: CallbackStatus?, attempts: Int,
        maxAttempts: Int, priority: Int, createdAt: String, runAt: String?, startedAt: String?, finishedAt: String?,
        expiresAt: String?, claimID: UUID?, finishedClaim: UUID?, daemonID: UUID?, cancelRequestedAt: String? = nil,
        resubmitOf: UUID? = nil, queue: String? = nil, groupKey: String? = nil, batchID: UUID? = nil,
        traceContext: String? = nil
    ) {
        self.queue = queue
        self.groupKey = groupKey
        self.batchID = batchID
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
        self.daemonID = daemonID
        self.cancelRequestedAt = cancelRequestedAt
        self.resubmitOf = resubmitOf
        self.traceContext = traceContext
    }
}
