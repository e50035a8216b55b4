package import FoundationEssentials
package import IXCore

/// Selects jobs; a nil or empty field excludes nothing.
package struct JobFilter: Sendable, Equatable {
    /// The statuses to include; empty includes all.
    package var statuses: Set<JobStatus>
    /// The producers' `client_id`s, exactly; empty includes all.
    package var clientIDs: Set<String>
    /// The jobs' use cases, exactly; empty includes all.
    package var useCases: Set<String>
    /// The responses' `error.code`s, exactly; empty includes all. A code selects ended jobs only, because a live job has
    /// no response.
    package var errorCodes: Set<String>
    /// Selects jobs inserted longer ago than this duration, by the store's clock.
    package var olderThan: Duration?
    /// Selects jobs inserted within this duration, by the store's clock.
    package var newerThan: Duration?

    /// The results of callbacks to include; empty includes jobs without a result, too.
    package var callbackStatuses: Set<CallbackStatus> = []
    /// The daemon of the newest claim.
    package var daemonID: UUID?
    /// The job whose request the selected jobs repeat.
    package var resubmitOf: UUID?
    /// The queues, exactly; empty includes all. The queue of a plain job is its use case.
    package var queues: Set<String> = []
    /// The groups' keys, exactly; empty includes all.
    package var groupKeys: Set<String> = []
    /// The batch of which the jobs are members.
    package var batchID: UUID?
    /// The names of schedules, exactly; empty includes all. Selects the jobs that the schedules have inserted.
    package var schedules: Set<String> = []
    /// Selects jobs inserted at this moment or later.
    package var createdAfter: Timestamp?
    /// Selects jobs inserted before this moment.
    package var createdBefore: Timestamp?

    /// Creates a filter; by default it selects every job.
    package init(
        statuses: Set<JobStatus> = [], clientID: String? = nil, useCase: String? = nil, errorCode: String? = nil,
        olderThan: Duration? = nil, newerThan: Duration? = nil
    ) {
        self.statuses = statuses
        clientIDs = Set([clientID].compactMap(\.self))
        useCases = Set([useCase].compactMap(\.self))
        errorCodes = Set([errorCode].compactMap(\.self))
        self.olderThan = olderThan
        self.newerThan = newerThan
    }

    /// The statuses a selected job can have: an error code excludes every status but error.
    package var possibleStatuses: Set<JobStatus> {
        let named = statuses.isEmpty ? Set(JobStatus.allCases) : statuses
        return errorCodes.isEmpty ? named : named.intersection([.error])
    }
}

/// The position of a job in a listing. The next page begins behind it, whatever is inserted or pruned in between.
package struct ListPosition: Sendable, Equatable {
    /// The job's `created_at` as the store writes times: ISO 8601, UTC, exact to the microsecond.
    package let createdAt: String
    /// The job's id, which orders jobs inserted in the same microsecond.
    package let jobID: UUID

    /// Creates the position of a job.
    package init(createdAt: String, jobID: UUID) {
        self.createdAt = createdAt
        self.jobID = jobID
    }

    /// Reads the text of `cursor`; nil when the text is not a cursor.
    package init?(cursor: String) {
        let parts = cursor.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 2, let jobID = UUID(uuidString: String(parts[1])), TimeText.isTime(parts[0]) else {
            return nil
        }
        self.init(createdAt: String(parts[0]), jobID: jobID)
    }

    /// The position as one word for a command line or a URL: `created_at`, an underscore and `job_id`.
    package var cursor: String { "\(createdAt)_\(jobID.uuidString.lowercased())" }
}

/// A job in a listing: the row without its documents.
package struct JobSummary: Sendable, Equatable {
    /// Key of the job in `ix_jobs`.
    package var jobID: UUID
    /// The job's use case and identifiers.
    package var names: JobNames
    /// Status at the time of the listing.
    package var status: JobStatus
    /// Number of starts handed back, including starts without charge.
    package var attempts: Int
    /// Number of starts that may fail or crash; 0 means no limit.
    package var maxAttempts: Int
    /// Result of the callback; nil while there is none.
    package var callbackStatus: CallbackStatus?
    /// The daemon of the newest claim; nil while the job is pending.
    package var daemonID: UUID?
    /// Time of the insert. All times are written by the store: ISO 8601, UTC, microseconds.
    package var createdAt: String
    /// Earliest time of a start; nil for a job due since its insert.
    package var runAt: String?
    /// Time of the newest claim; nil before the first claim and after a hand-back.
    package var startedAt: String?
    /// Time of the end; nil for a live job.
    package var finishedAt: String?
    /// Seconds since the insert, by the store's clock.
    package var age: Double
    /// The response's `error.code`; nil without an error.
    package var errorCode: String?
    /// The beginning of the response's `error.message`, at most 1,000 characters.
    package var errorMessage: String?
    /// The queue in whose line the job stands or stood; nil for a plain job.
    package var queue: String?
    /// The key of the job's group; nil without one.
    package var groupKey: String?
    /// The jobs for which a dependent job waits; nil for a further job, also in a line.
    package var waits: LineState?

    /// Creates the summary from its columns.
    package init(
        jobID: UUID, names: JobNames, status: JobStatus, attempts: Int, maxAttempts: Int,
        callbackStatus: CallbackStatus?, daemonID: UUID?, createdAt: String, runAt: String?, startedAt: String?,
        finishedAt: String?, age: Double, errorCode: String?, errorMessage: String?
    ) {
        self.jobID = jobID
        self.names = names
        self.status = status
        self.attempts = attempts
        self.maxAttempts = maxAttempts
        self.callbackStatus = callbackStatus
        self.daemonID = daemonID
        self.createdAt = createdAt
        self.runAt = runAt
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.age = age
        self.errorCode = errorCode
        self.errorMessage = errorMessage
    }

    /// The position to pass to `list` for the page behind this job.
    package var position: ListPosition { ListPosition(createdAt: createdAt, jobID: jobID) }
}

/// A row that other code left in a form that can't be shown.
package struct UnreadableJob: Sendable, Equatable {
    package let jobID: UUID
    /// The fault of the row, such as `status is 'queued'`.
    package let fault: String

    package init(jobID: UUID, fault: String) {
        self.jobID = jobID
        self.fault = fault
    }
}
