package import FoundationEssentials
package import IXCore

/// The operations that only read: jobs, attempts, progress, callbacks and counts. Database role: `ix_reader`.
///
/// Guarantees: no operation changes a row, waits for a row lock or keeps another transaction waiting.
/// Concurrency: synchronous; the caller is where blocking is allowed, as `JobOperations` says.
/// Failure: throws `StoreError`, at the latest when the deadline of the call has passed; `.unreadable` for a row of
/// foreign code that can't be shown.
package protocol JobReading {
    /// Returns the job, or nil when no row has this id. Costs one step in the primary key.
    ///
    /// Failure: `.unreadable` when a stored document is too large to be written out as text (PostgreSQL).
    func get(_ jobID: UUID) throws(StoreError) -> Job?

    /// Returns the job with both of the producer's keys, or nil when there is none. Costs one step in the unique index.
    ///
    /// Failure: as in `get`.
    func getByCorrelation(clientID: String, requestID: String) throws(StoreError) -> Job?

    /// Returns those of the jobs that are pending or running. Costs a step in the primary key per job.
    func live(among jobIDs: [UUID]) throws(StoreError) -> Set<UUID>

    /// Returns the changing members of the jobs; a job that is gone is missing. Costs two steps in primary keys per job.
    func pulses(of jobIDs: [UUID]) throws(StoreError) -> [UUID: JobPulse]

    /// Returns jobs passing the filter, newest first (`created_at`, then `job_id`), from behind `position`; nil starts
    /// at the newest. A `limit` of 0 or less returns no jobs; the store sets no upper bound.
    ///
    /// Cost: a filter of pending and running jobs alone reads all live rows by partial indexes. Any other filter reads
    /// the jobs between `createdAfter` and `createdBefore`; `ListWalk` keeps that window narrow.
    func list(_ filter: JobFilter, after position: ListPosition?, limit: Int) throws(StoreError) -> [JobSummary]

    /// Returns the ids of jobs from `first` through `last`, in order, at most `limit`. Costs a range of the primary key.
    func jobIDs(from first: UUID, through last: UUID, limit: Int) throws(StoreError) -> [UUID]

    /// Rows that other code left in a form that no list shows, with what is wrong with each, up to `limit`. May read all jobs;
    /// none where the store lets no such row come to be.
    func unreadableJobs(limit: Int) throws(StoreError) -> [UnreadableJob]

    /// Counts and workers as of one moment. Counting ended jobs may read all of them.
    func statistics(countingEnded: Bool) throws(StoreError) -> Statistics

    /// Returns the statistics without the counts of jobs, which cost the most.
    func surroundings() throws(StoreError) -> Statistics

    /// Returns the work that sessions of the store's server hold up now. Reads no table.
    func serverSigns() throws(StoreError) -> ServerSigns

    /// Returns the levels of the newest look that a daemon kept; nil when none was kept, or not in a form that can be
    /// read.
    func levels() throws(StoreError) -> LevelsReading?

    /// Looks at the queue. Each count stops at `QueueLevels.exactly`, so that the look's cost doesn't grow with the
    /// queue.
    func lookAtQueue() throws(StoreError) -> QueueLevels

    /// Counts every waiting job by use case.
    ///
    /// Cost: reads an index entry, or a row, for each waiting job.
    func countPending() throws(StoreError) -> [QueueLevels.UseCase]

    /// Returns an estimate of the number of waiting jobs that reads no job; nil where the store has none.
    func estimatePending() throws(StoreError) -> Int?

    /// Returns the kept attempts of the job, oldest first; empty when the job is unknown or its attempts left nothing
    /// to keep. Costs a range of the primary key. `JobRecord.endedAttempts` adds an ending attempt without a row.
    func attempts(of jobID: UUID) throws(StoreError) -> [AttemptRecord]

    /// Returns the progress of the run holding the job; nil when no run holds the job, or the run has not reported yet.
    func progress(of jobID: UUID) throws(StoreError) -> ProgressRecord?

    /// Returns callbacks passing the filter, at most `limit`: due callbacks first, next due on top; then failed and
    /// delivered callbacks, newest first.
    func callbacks(_ filter: CallbackFilter, limit: Int) throws(StoreError) -> [CallbackRecord]

    /// Returns the counts of endpoints with due or failed callbacks, and of those that a live daemon sends nothing to, at
    /// most `limit`, by name. Reads all due and failed callbacks by their indexes.
    func endpoints(limit: Int) throws(StoreError) -> [EndpointCounts]

    /// Returns the callback of the job, or nil when it has none. Costs one step in the primary key.
    func callback(of jobID: UUID) throws(StoreError) -> CallbackRecord?

    /// Returns the tries of the job's callback, oldest first; only the newest 1,000.
    func deliveries(of jobID: UUID) throws(StoreError) -> [DeliveryRecord]

    /// Returns the number of jobs a whole walk of `prune` would delete now. Reads all jobs.
    func prunable(_ retention: Retention) throws(StoreError) -> PruneCount

    /// Returns the queues that have settings or a line, by name.
    func queues() throws(StoreError) -> [QueueState]

    /// Returns a queue; nil for a name without settings.
    func queue(_ name: String) throws(StoreError) -> QueueState?

    /// Returns groups of a queue behind a key, by key: those with limits of their own, and those whose jobs wait or run.
    func groups(of queue: String, after key: String, limit: Int) throws(StoreError) -> [GroupState]

    /// Returns schedules behind a name, by name, at most `limit`.
    func schedules(after name: String, limit: Int) throws(StoreError) -> [ScheduleState]

    /// Returns a schedule; nil for an unknown name.
    func schedule(_ name: String) throws(StoreError) -> ScheduleState?

    /// Returns how far a batch has come; nil for a job that is no finisher. Costs a step in the primary key per member.
    func batch(_ batchID: UUID) throws(StoreError) -> BatchState?

    /// Returns batches whose finisher waits, oldest first, behind a position; `clientID` nil: of every client.
    func batches(of clientID: String?, after position: ListPosition?, limit: Int) throws(StoreError) -> [BatchSummary]

    /// Returns where a job stands in a line, or which jobs a dependent job waits for; nil for a further job.
    func line(of jobID: UUID) throws(StoreError) -> LineState?
}

extension JobReading {
    /// Returns no signs: the default for a store without a server.
    package func serverSigns() throws(StoreError) -> ServerSigns { ServerSigns() }
}
