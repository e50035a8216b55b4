public import FoundationEssentials
public import IXCore

/// A job to insert.
public struct Insertion: Sendable {
    public var request: RequestIX
    public var callbackURL: String?
    /// Not before this time, as `TimeText.read` writes it; nil: at once.
    public var runAt: String?
    /// Stored; the order of claims doesn't go by it yet.
    public var priority: Int
    /// Starts that may fail or crash; 0 for without end.
    public var maxAttempts: Int
    /// Not started after this time.
    public var expiresAt: String?

    public init(
        _ request: RequestIX, callbackURL: String? = nil, runAt: String? = nil, priority: Int = 0,
        maxAttempts: Int = Limits.maxAttempts, expiresAt: String? = nil
    ) throws(InvalidInput) {
        if let callbackURL { try Keys.validatedURL(callbackURL) }
        guard (0...Limits.mostAttempts).contains(maxAttempts) else {
            throw InvalidInput("max_attempts", "must be 0 (without end) to \(Limits.mostAttempts)")
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

/// What an insert came to: the row that stands under its keys now.
public struct Inserted: Sendable, Equatable {
    public let jobID: UUID
    public let ixID: String
    public let status: JobStatus
    /// The row was there before; nothing was written.
    public let isDuplicate: Bool
    /// It was there with another request or callback URL.
    public let differs: Bool

    public init(jobID: UUID, ixID: String, status: JobStatus, isDuplicate: Bool, differs: Bool) {
        self.jobID = jobID
        self.ixID = ixID
        self.status = status
        self.isDuplicate = isDuplicate
        self.differs = differs
    }
}

/// What became of one of many inserts.
public enum BatchItem: Sendable, Equatable {
    case inserted(Inserted)
    /// Nothing was stored.
    case refused(InvalidInput)
}
