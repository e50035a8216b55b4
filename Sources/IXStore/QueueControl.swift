package import FoundationEssentials
package import IXCore

/// The operations that change queues, groups and lines. Database roles: `ix_operator` and `ix_server`.
///
/// Gains: an operator pauses a queue or a group, and limits how many of its jobs run at a time.
/// Guarantees: what runs goes on. After a pause has been committed no job of the queue or group starts; after a limit has been
/// lowered none starts until it fits.
/// Concurrency: synchronous; a change waits for an admission under way.
/// Failure: `.invalidInput` names the wrong field; `.permission` for a role without the right.
package protocol QueueControl {
    /// Sets limits of a queue, and makes the queue if there is none. Plain jobs of its use case get into its line.
    func setQueue(_ name: String, _ change: QueueChange) throws(StoreError)

    /// Sets the limit of a group; nil gives the group the queue's limit.
    func setGroup(_ queue: String, _ key: String, concurrency: Int?) throws(StoreError)

    /// Stops a queue, or one of its groups. Returns false when it was paused before.
    func pause(_ queue: String, group: String?) throws(StoreError) -> Bool

    /// Lets a queue, or one of its groups, start jobs again. Returns false when it was not paused.
    func resume(_ queue: String, group: String?) throws(StoreError) -> Bool

    /// Asks live daemons for so many workers; nil: for as many as their configuration names. Returns the ids of the daemons.
    ///
    /// Guarantees: a daemon takes the number up with the next heartbeat, and keeps the number until the daemon's end; the
    /// next start has the configuration's number. Running jobs go on.
    func scaleWorkers(_ choice: DaemonChoice, to count: Int?) throws(StoreError) -> [UUID]

    /// Gives a pending job another time or priority; nil keeps the one it has.
    func reschedule(_ jobID: UUID, runAt: String?, priority: Int?) throws(StoreError) -> Rescheduling

    /// Moves pending jobs to the line of another queue, in the order of their inserts. Returns a result per job, each job once.
    ///
    /// Guarantees: a refused job leaves the further jobs unchanged. A job that has a turn loses it.
    func move(_ jobIDs: [UUID], to queue: String) throws(StoreError) -> [QueueMove]
}

/// `QueueMove` is what came of moving a job to another queue.
package struct QueueMove: Sendable, Equatable {
    /// The kinds of result.
    package enum Result: Sendable, Equatable {
        case moved
        /// The job stands in this queue.
        case unchanged
        /// The job runs or has ended.
        case notPending(JobStatus)
        case notFound
        /// The queue doesn't take the job.
        case refused(InvalidInput)
    }

    /// The job.
    package let jobID: UUID
    /// What happened.
    package let result: Result

    /// Creates a result.
    package init(jobID: UUID, result: Result) { (self.jobID, self.result) = (jobID, result) }
}

/// The result of a request to change a job's time or priority.
package enum Rescheduling: Sendable, Equatable {
    case rescheduled
    /// The job runs or has ended.
    case notPending(JobStatus)
    case notFound

    /// Returns the time in the form of the stores. Failure: `.invalidInput` names `run_at`.
    package static func time(_ text: String?) throws(StoreError) -> String? {
        guard let text else { return nil }
        do throws(InvalidInput) { return try TimeText.read(text, field: "run_at") } catch {
            throw StoreError(.invalidInput(error), operation: "reschedule", message: error.description)
        }
    }
}
