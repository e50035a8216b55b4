public import FoundationEssentials
public import IXCore

/// The store's operations on jobs. `JobStore.perform` runs each operation in a transaction of its own;
/// `JobStore.transaction` runs all operations of its body in one.
///
/// Guarantees: inside `JobStore.transaction`, a failed statement rolls the whole transaction back, even when the body
/// catches the error.
/// Concurrency: synchronous. Operations run where blocking is allowed (the connection's own queue), so a caller can put
/// writes of its own between two operations.
/// Failure: throws `StoreError`, at the latest when the deadline of the call has passed.
public protocol JobOperations: CallbackOperations, MoveOperations, AccessRecords, BulkRecords {
    /// Inserts a job (nothing → pending), or finds the job that has the same (client_id, request_id).
    ///
    /// Guarantees: the first insert of (client_id, request_id) wins. A later insert changes nothing, and the result
    /// says so.
    /// Failure: `.invalidInput` when a limit is exceeded or a time can't be read; nothing was written.
    func insertPending(_ insertion: NewJob) throws(StoreError) -> InsertResult

    /// Inserts many jobs (nothing → pending) in one round trip and one transaction, with one notification. Returns an
    /// item per insertion, in the order of `insertions`.
    ///
    /// Guarantees: each insertion behaves as in `insertPending`; an insertion refused by the store leaves the rest of
    /// the batch intact.
    /// Requires: well under 256 MiB of documents in total.
    func insertPendingBatch(_ insertions: [NewJob]) throws(StoreError) -> [BatchInsertResult]

    /// Cancels jobs. A pending job ends in `error` with code `cancelled`; a running job is marked, and its worker is
    /// told to stop. An ended job stays as it is. Returns one result per job, each job once, in no particular order.
    ///
    /// Guarantees: after the result `cancelling`, no pipeline's result is recorded and no further start is made; the
    /// run ends in the error `cancelled`. A job with a callback URL has its callback due at its end.
    func cancel(_ jobIDs: [UUID]) throws(StoreError) -> [Cancellation]

    /// Inserts a new pending job with the request of an ended job, under `requestID` or, when nil, under a request_id
    /// derived from the old one.
    ///
    /// Guarantees: idempotent for a pair of job and request_id. The ended row doesn't change.
    /// Failure: `.invalidInput` when the request or its key exceeds the limits.
    func resubmit(_ jobID: UUID, requestID: String?) throws(StoreError) -> Resubmission

    /// Claims the oldest due job (pending → running), in the order `coalesce(run_at, created_at)`, then `job_id`.
    /// Returns nil when no due job passes the filter, and when the daemon's lease has ended.
    ///
    /// Guarantees: two claims never return the same row. `ClaimedJob.request` is nil when the document can't be read as
    /// text.
    /// Concurrency: never waits for a row lock; rows locked by another transaction are passed over.
    /// Failure: never `.unreadable`, so that a daemon can end a job whose document can't be read.
    func claimNextPending(_ claim: Claim) throws(StoreError) -> ClaimedJob?

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
    /// Deletes an ended job together with everything kept about it.
    ///
    /// Failure: `.permission` for an account that may not delete jobs.
    func erase(_ jobID: UUID) throws(StoreError) -> Erasure
    /// Returns jobs passing the filter, newest first (`created_at`, then `job_id`), from behind `position`; nil starts
    /// at the newest. A `limit` of 0 or less returns no jobs; the store sets no upper bound.
    ///
    /// Cost: a filter of pending and running jobs alone reads all live rows by partial indexes. Any other filter reads
    /// the table once per page, unless an operator has added an index on (created_at, job_id).
    func list(_ filter: JobFilter, after position: ListPosition?, limit: Int) throws(StoreError) -> [JobSummary]
    /// Rows that other code left in a form that no list shows, with what is wrong with each, up to `limit`. May read all jobs;
    /// none where the store lets no such row come to be.
    func unreadableJobs(limit: Int) throws(StoreError) -> [UnreadableJob]
    /// Counts and workers as of one moment. Counting ended jobs may read all of them.
    func statistics(countingEnded: Bool) throws(StoreError) -> Statistics
    /// Returns the kept attempts of the job, oldest first; empty when the job is unknown or its attempts left nothing
    /// to keep. Costs a range of the primary key. `JobRecord.endedAttempts` adds an ending attempt without a row.
    func attempts(of jobID: UUID) throws(StoreError) -> [AttemptRecord]

    /// Writes the end of an attempt (running → done | error | pending), if the attempt still holds the job.
    ///
    /// Guarantees: fenced by `job_id`, `attempts` and `claim_id`. When the first reply was lost, a repeated end returns
    /// `.ended` again, while a repeated hand-back to `pending` returns `.fenced`.
    /// Failure: `.locked` when another transaction holds the row for too long, or at once with `Completion.isKept`; nothing
    /// was written.
    func complete(_ completion: Completion) throws(StoreError) -> CompletionResult

    /// Runs `completion`, then `claimNextPending`, in one transaction, and in one round trip where the store has round
    /// trips.
    ///
    /// Guarantees: as in both operations, except for the order. For about 100 ms the claim may miss a job committed
    /// late or handed back, because a busy worker's claim starts behind the rows claimed last (PostgreSQL).
    func completeAndClaim(_ completion: Completion, _ claim: Claim) throws(StoreError) -> (
        CompletionResult, ClaimedJob?
    )

    /// Writes the ends reported by many workers, then makes the claims of these workers, in one transaction. Returns a
    /// result per request, in the order of `requests`.
    ///
    /// Guarantees: each end behaves as in `completion`, each claim as in `completeAndClaim`, under a fence of its own.
    /// Failure: the error of any end or claim; then nothing was written for any exchange.
    func exchange(_ requests: [WorkerRequest]) throws(StoreError) -> [WorkerRequest.Result]

    /// Records the progress of runs. Notes of attempts that no longer hold their jobs are left out.
    func recordProgress(_ notes: [ProgressNote]) throws(StoreError)
    /// Returns the progress of the run holding the job; nil when no run holds the job, or the run has not reported yet.
    func progress(of jobID: UUID) throws(StoreError) -> ProgressRecord?
    /// Deletes progress rows of runs already over, up to `limit` rows.
    func forgetProgress(limit: Int) throws(StoreError)

    /// Records the result of a callback for a program that delivers callbacks by its own means: null → delivered |
    /// failed, failed → delivered. Returns false when the row is missing or the step isn't allowed. Never changes
    /// `status`.
    func updateCallbackStatus(_ jobID: UUID, _ status: CallbackStatus) throws(StoreError) -> Bool

    /// Hands orphaned jobs back (running → pending, `attempts` + 1), or ends jobs in `error` when all starts are used
    /// up; up to `limit` jobs. An orphan is a row whose daemon's lease has ended as `leases` judges, or a row without a
    /// daemon that was started longer ago than `unleasedAfter`.
    ///
    /// Guarantees: a daemon's death charges its jobs no start, except a suspect that ran alone among suspects and a job
    /// with `max_attempts` 1. The jobs are suspects until they end, and few suspects run at a time (`SuspectRule`). A
    /// row without a daemon is charged.
    func sweepOrphans(limit: Int, unleasedAfter: Duration, leases: SweptLeases) throws(StoreError) -> [HandedBack]

    /// Clears suspects that have ended, and makes as many of the remaining suspects due as `SuspectRule` allows.
    /// Returns the counts.
    func settleSuspects() throws(StoreError) -> SuspectCount

    /// Makes jobs due that were inserted before the store's clock stepped back and so look like jobs of the future, up
    /// to 1,000 a call. Returns the number of jobs. A job scheduled with a `run_at` of its own keeps it.
    func catchUpPending() throws(StoreError) -> Int

    /// Makes callbacks due whose jobs ended before the store's clock stepped back, up to 1,000 a call. Returns the
    /// number of callbacks.
    func catchUpCallbacks() throws(StoreError) -> Int

    /// Ends pending jobs past their `expires_at` (pending → error, code `expired`), up to `limit` jobs.
    func expirePending(limit: Int) throws(StoreError) -> [HandedBack]

    /// Returns the use cases of waiting jobs for which this daemon has no pipeline, at most 1,000, and a description of
    /// the neighbouring live daemons. `useCases` are the use cases with a pipeline here; nil means every use case.
    func foreignWork(_ daemonID: UUID, serving useCases: [String]?) throws(StoreError) -> ForeignWork
    /// Ends pending jobs of these use cases (pending → error, code `unknown_use_case`) due for at least `age`, up to
    /// `limit` jobs.
    ///
    /// Guarantees: a job stays when a live daemon serves its use case, even if the caller names the use case.
    func endUnserved(_ useCases: [String], dueFor age: Duration, limit: Int) throws(StoreError) -> [HandedBack]

    /// Deletes ended jobs older than their retention together with everything kept about them, up to `limit` jobs. A
    /// call is a step of bounded length in a walk through all jobs; `place` is `PruneStep.next` of the step before, nil
    /// for the first.
    ///
    /// Guarantees: a job stays, whatever its age, while it has not ended, its end has no known time, or its callback is
    /// due. No step reads all jobs.
    /// Concurrency: rows locked by other transactions are passed over, never waited for.
    func prune(_ retention: Retention, from place: PrunePlace?, limit: Int) throws(StoreError) -> PruneStep

    /// Returns the number of jobs a whole walk of `prune` would delete now. Reads all jobs.
    func prunable(_ retention: Retention) throws(StoreError) -> PruneCount

    /// Returns the sessions, prepared transactions, replication slots and standbys that keep dead rows from being
    /// cleared at this moment, oldest first, at most 20. Short transactions are included. Empty in a store without this
    /// effect (the embedded file).
    func horizonHolds() throws(StoreError) -> [HorizonHold]

    /// Registers a daemon with a lease of this length, or renews its registration.
    func registerDaemon(_ daemon: DaemonIdentity, lease: Duration) throws(StoreError)
    /// Renews the lease (the heartbeat), even a lease already run out. Returns the store's clock in seconds since 1970,
    /// or nil when the daemon was declared gone or is not registered. In the embedded file a lock stands for the lease,
    /// and the call only checks the registration.
    ///
    /// Guarantees: waits for no lock on a table of jobs, so a locked job costs no lease.
    func renewLease(_ daemonID: UUID, lease: Duration) throws(StoreError) -> Double?
    /// Returns the claims by which the daemon holds jobs in the store, for comparison with the jobs the daemon really
    /// runs.
    func heldClaims(_ daemonID: UUID) throws(StoreError) -> [HeldClaim]
    /// Declares the daemon gone: its jobs are orphans at once, and its unfinished deliveries are due again.
    func endLease(_ daemonID: UUID) throws(StoreError)
    /// Records the use cases for which this daemon has pipelines, for other daemons to read; nil means every use case.
    func recordServed(_ daemonID: UUID, _ useCases: [String]?) throws(StoreError)
    /// Records the pipelines that take no jobs at this daemon at present, for operators to read.
    func recordBreakers(_ daemonID: UUID, _ breakers: [OpenBreaker]) throws(StoreError)
    /// Hands back jobs (running → pending, without charging a start) whose claims the daemon doesn't know, because the
    /// replies to the claims were lost. Such a row names the daemon, started longer ago than `older`, and has a claim
    /// missing from `running`.
    func handBackLostClaims(_ daemonID: UUID, running: [UUID], older: Duration) throws(StoreError) -> [HandedBack]
}

extension JobOperations {
    /// Runs `sweepOrphans` for all daemons whose lease has run out by the store's clock.
    public func sweepOrphans(limit: Int, unleasedAfter: Duration) throws(StoreError) -> [HandedBack] {
        try sweepOrphans(limit: limit, unleasedAfter: unleasedAfter, leases: .runOut)
    }

    /// Cancels a single job; see `cancel(_:)` for many.
    public func cancel(_ jobID: UUID) throws(StoreError) -> Cancellation.Result {
        try cancel([jobID]).first?.result ?? .notFound
    }

    /// Ends the attempt: running → done if `response.error` is null, otherwise error. See `completion`.
    public func markDone(_ attempt: Attempt, _ response: ResponseIX) throws(StoreError) -> CompletionResult {
        try complete(Completion(attempt, .done(response)))
    }

    /// Ends the attempt: running → error, whatever the response says. See `completion`.
    public func markError(_ attempt: Attempt, _ response: ResponseIX) throws(StoreError) -> CompletionResult {
        try complete(Completion(attempt, .error(response)))
    }
}
