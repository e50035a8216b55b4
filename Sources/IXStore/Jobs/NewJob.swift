public import FoundationEssentials
public import IXCore

/// A job to insert. The values are checked by `init`; the store checks times.
public struct NewJob: Sendable {
    /// The request document, with the job's keys inside.
    public var request: RequestIX
    /// Absolute http or https URL to call at the job's end; nil for no callback.
    public var callbackURL: String?
    /// Not before this time, as `TimeText.read` writes it; nil: at once.
    public var runAt: String?
    /// Stored and copied, but without effect on the order of claims yet.
    public var priority: Int
    /// Number of starts that may fail or crash; 0 means no limit.
    public var maxAttempts: Int
    /// The job isn't started after this time (same forms as `runAt`), and ends in error `expired`; nil means never.
    public var expiresAt: String?

    /// Checks the URL and the numbers.
    ///
    /// Failure: `InvalidInput` naming `callback_url`, `max_attempts` or `priority`.
    public init(
        _ request: RequestIX, callbackURL: String? = nil, runAt: String? = nil, priority: Int = 0,
        maxAttempts: Int = Limits.maxAttempts, expiresAt: String? = nil
    ) throws(InvalidInput) {
        if let callbackURL { try Keys.validatedURL(callbackURL) }
        guard (0...Limits.mostAttempts).contains(maxAttempts) else {
            throw InvalidInput("max_attempts", "must be 0 (no limit) to \(Limits.mostAttempts)")
        }
        guard (-Limits.priority...Limits.priority).contains(priority) else {
            throw InvalidInput("priority", "must be -\(Limits.priority) to \(Limits.priority)")
        }
        self.request = request
        self.callbackURL = callbackURL
        self.runAt = try runAt.map { text throws(InvalidInput) in try TimeText.read(text, field: "run_at") }
        self.priority = priority
        self.maxAttempts = maxAttempts
        self.expiresAt = try expiresAt.map { text throws(InvalidInput) in try TimeText.read(text, field: "expires_at") }
    }
}

/// The result of an insert: the row stored under the job's keys now.
public struct InsertResult: Sendable, Equatable {
    /// Key of the stored row, new or found.
    public let jobID: UUID
    /// The identifier assigned at the insert; every log line of the job carries it.
    public let ixID: String
    /// Status of the stored row; a found row may have any status.
    public let status: JobStatus
    /// True when the row existed before; nothing was written.
    public let isDuplicate: Bool
    /// True when the row existed with another request or callback URL.
    public let differs: Bool

    /// Creates the result from the stored row.
    public init(jobID: UUID, ixID: String, status: JobStatus, isDuplicate: Bool, differs: Bool) {
        self.jobID = jobID
        self.ixID = ixID
        self.status = status
        self.isDuplicate = isDuplicate
        self.differs = differs
    }
}

/// The result of a single insert of a batch.
public enum BatchInsertResult: Sendable, Equatable {
    case inserted(InsertResult)
    /// The store refused the input and wrote nothing for it.
    case refused(InvalidInput)
}
