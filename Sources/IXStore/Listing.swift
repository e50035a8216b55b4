public import FoundationEssentials
public import IXCore

/// Which jobs are meant; what is nil or empty narrows nothing.
public struct JobFilter: Sendable, Equatable {
    public var statuses: Set<JobStatus>
    public var clientID: String?
    public var useCase: String?
    /// The response's `error.code`; only ended jobs have one.
    public var errorCode: String?
    /// Inserted longer ago than this, by the store's clock.
    public var olderThan: Duration?
    /// Inserted within this, by the store's clock.
    public var newerThan: Duration?

    public init(
        statuses: Set<JobStatus> = [], clientID: String? = nil, useCase: String? = nil, errorCode: String? = nil,
        olderThan: Duration? = nil, newerThan: Duration? = nil
    ) {
        self.statuses = statuses
        self.clientID = clientID
        self.useCase = useCase
        self.errorCode = errorCode
        self.olderThan = olderThan
        self.newerThan = newerThan
    }

    /// The statuses a job may have to pass: an error code rules out all but the ended ones.
    package var possibleStatuses: Set<JobStatus> {
        let named = statuses.isEmpty ? Set(JobStatus.allCases) : statuses
        return errorCode == nil ? named : named.filter(\.isTerminal)
    }
}

/// A job's place in a listing: what lies after it is the next page, whatever was inserted or pruned meanwhile.
public struct ListPosition: Sendable, Equatable {
    /// As the store writes it: ISO 8601, UTC, exact to the microsecond.
    public let createdAt: String
    public let jobID: UUID

    public init(createdAt: String, jobID: UUID) {
        self.createdAt = createdAt
        self.jobID = jobID
    }

    /// Reads what `cursor` wrote; nil when it is something else.
    public init?(cursor: String) {
        let parts = cursor.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 2, let jobID = UUID(uuidString: String(parts[1])), TimeText.isTime(parts[0]) else {
            return nil
        }
        self.init(createdAt: String(parts[0]), jobID: jobID)
    }

    /// The position as one word.
    public var cursor: String { "\(createdAt)_\(jobID.uuidString.lowercased())" }
}

/// A job in a listing: everything but its documents.
public struct JobSummary: Sendable, Equatable {
    public var jobID: UUID
    public var names: JobNames
    public var status: JobStatus
    public var attempts: Int
    public var maxAttempts: Int
    public var callbackStatus: CallbackStatus?
    public var workerID: UUID?
    /// Times as the store writes them: ISO 8601, UTC, microseconds.
    public var createdAt: String
    public var runAt: String?
    public var startedAt: String?
    public var finishedAt: String?
    /// Seconds since it was inserted, by the store's clock.
    public var age: Double
    public var errorCode: String?
    /// The start of the response's `error.message`, 1,000 characters at most.
    public var errorMessage: String?

    public init(
        jobID: UUID, names: JobNames, status: JobStatus, attempts: Int, maxAttempts: Int,
        callbackStatus: CallbackStatus?, workerID: UUID?, createdAt: String, runAt: String?, startedAt: String?,
        finishedAt: String?, age: Double, errorCode: String?, errorMessage: String?
    ) {
        self.jobID = jobID
        self.names = names
        self.status = status
        self.attempts = attempts
        self.maxAttempts = maxAttempts
        self.callbackStatus = callbackStatus
        self.workerID = workerID
        self.createdAt = createdAt
        self.runAt = runAt
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.age = age
        self.errorCode = errorCode
        self.errorMessage = errorMessage
    }

    public var position: ListPosition { ListPosition(createdAt: createdAt, jobID: jobID) }
}

/// A row that other code left in a form that can't be shown.
public struct UnreadableJob: Sendable, Equatable {
    public let jobID: UUID
    /// What is wrong with it: `status is 'queued'`.
    public let fault: String

    public init(jobID: UUID, fault: String) {
        self.jobID = jobID
        self.fault = fault
    }
}
