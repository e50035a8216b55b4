package import FoundationEssentials
package import IXCore
import IXSchedules

/// A job to insert. The values are checked by `init`; the store checks times.
package struct NewJob: Sendable {
    /// The request document, with the job's keys inside.
    package var request: RequestIX
    /// Absolute http or https URL to call at the job's end; nil for no callback.
    package var callbackURL: String?
    /// Not before this time, as `TimeText.read` writes it; nil: at once.
    package var runAt: String?
    /// Smaller starts sooner, within the job's queue. A priority other than 0 puts the job into a line.
    package var priority: Int
    /// Number of starts that may fail or crash; 0 means no limit.
    package var maxAttempts: Int
    /// The job isn't started after this time (same forms as `runAt`), and ends in error `expired`; nil means never.
    package var expiresAt: String?
    /// The producer's place in a trace, as `TraceParent.context` returns it; nil without a trace.
    package var traceContext: String?
    /// The queue in whose line the job stands; nil: the queue of its use case, if there is one. Only a queue that an
    /// operator made may be named.
    package var queue: String?
    /// The group within the queue, such as a document or a tenant; nil: no group.
    package var groupKey: String?
    /// What the job stands for beside its request_id; nil: nothing.
    package var dedupe: Dedupe?
    /// The jobs that the job waits for; nil: it waits for none.
    package var after: AfterJobs?
    /// The batch of which the job is a member: the job_id of its finisher; nil: none.
    package var batchID: UUID?

    /// Checks the URL and the numbers.
    ///
    /// Failure: `InvalidInput` naming `callback_url`, `max_attempts`, `priority`, `queue` or `group_key`; and `client_id` for
    /// the client of schedules, unless the job `isOfSchedule`.
    package init(
        _ request: RequestIX, callbackURL: String? = nil, runAt: String? = nil, priority: Int = 0,
        maxAttempts: Int = Limits.maxAttempts, expiresAt: String? = nil, queue: String? = nil, groupKey: String? = nil,
        isOfSchedule: Bool = false
    ) throws(InvalidInput) {
        if !isOfSchedule, request.clientID == ScheduleKey.client { throw ScheduleKey.refusal }
        if let callbackURL { try Keys.validatedURL(callbackURL) }
        guard (0...Limits.mostAttempts).contains(maxAttempts) else {
            throw InvalidInput("max_attempts", "must be 0 (no limit) to \(Limits.mostAttempts)")
        }
        guard (-Limits.priority...Limits.priority).contains(priority) else {
            throw InvalidInput("priority", "must be -\(Limits.priority) to \(Limits.priority)")
        }
        self.queue = try queue.map { text throws(InvalidInput) in try Keys.validated(text, field: "queue") }
        self.groupKey = try groupKey.map { text throws(InvalidInput) in
            try Keys.validated(text, field: "group_key")
        }
        self.request = request
        self.callbackURL = callbackURL
        self.runAt = try runAt.map { text throws(InvalidInput) in try TimeText.read(text, field: "run_at") }
        self.priority = priority
        self.maxAttempts = maxAttempts
        self.expiresAt = try expiresAt.map { text throws(InvalidInput) in try TimeText.read(text, field: "expires_at") }
    }
}

extension NewJob {
    /// Returns a new job's `ix_id`: 64 random bits as 16 hexadecimal digits.
    package static func ixID() -> String {
        let digits = String(KernelRandom.word(), radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}

/// The result of an insert: the row stored under the job's keys now.
package struct InsertResult: Sendable, Equatable {
    /// Key of the stored row, new or found.
    package let jobID: UUID
    /// The identifier assigned at the insert; every log line of the job carries it. Empty for a job that is pruned.
    package let ixID: String
    /// Status of the stored row; a found row may have any status. Nil for a job that answered for the request by its dedupe_key,
    /// and is pruned.
    package let status: JobStatus?
    /// True when the row existed before; nothing was written.
    package let isDuplicate: Bool
    /// True when the row existed with another request or callback URL, or isn't in the batch given. Of a finisher, also when
    /// the row is none, or its batch has another rule or is open otherwise.
    package var differs: Bool
    /// The pending job whose place this one took, by its dedupe_key; nil for none.
    package var replaces: UUID?

    /// Creates the result from the stored row.
    package init(jobID: UUID, ixID: String, status: JobStatus?, isDuplicate: Bool, differs: Bool) {
        self.jobID = jobID
        self.ixID = ixID
        self.status = status
        self.isDuplicate = isDuplicate
        self.differs = differs
    }
}

/// The result of a single insert of a batch.
package enum BatchInsertResult: Sendable, Equatable {
    case inserted(InsertResult)
    /// The store refused the input and wrote nothing for it.
    case refused(InvalidInput)
    /// The client has as many waiting jobs as its queue allows; the words say which. The same insert may succeed later.
    case queueFull(String)
}

/// The result of a request to insert an ended job again.
package enum Resubmission: Sendable, Equatable {
    /// A new job was inserted, linked to the ended job by `resubmit_of`.
    case resubmitted(UUID)
    /// A job already exists under the new request_id, inserted by an earlier call or by another producer.
    case duplicate(UUID)
    /// The job is pending or running; only an ended job can be inserted again.
    case notEnded(JobStatus)
    case notFound

    /// Returns the request_id of the new job when the caller gives none. The same job yields the same id, so that a
    /// second call finds the job of the first.
    package static func requestID(of requestID: String, _ jobID: UUID) -> String {
        requestID + "~" + jobID.uuidString.lowercased().prefix(8)
    }
}
