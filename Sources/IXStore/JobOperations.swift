public import FoundationEssentials
public import IXCore

/// The operations of the store, inside a transaction that somebody else owns: `JobStore.perform` or `.transaction`.
///
/// Synchronous, because they run where blocking is allowed (the connection's own queue), so a caller can put its own
/// writes between them and a synchronous writer fits the same seam.
public protocol JobOperations: CallbackOperations, MoveOperations {
    /// nothing → pending. The first insert of (client_id, request_id) wins; a second changes nothing and says so.
    func insertPending(_ insertion: Insertion) throws(StoreError) -> Inserted

    /// nothing → pending, many at once: one round trip, one transaction, one notification; an item's answer in its place.
    ///
    /// Guarantees: each as by `insertPending`; an item that the store refuses leaves the others as they are.
    /// Requires: together well under 256 MiB.
    func insertPendingBatch(_ insertions: [Insertion]) throws(StoreError) -> [BatchItem]

    /// pending → error, code `cancelled`, for each job that still waits; a running one is marked, its worker told, and
    /// its end, whatever it brings, is that error. The others stay as they are. In no particular order, each job once.
    ///
    /// Guarantees: once it said `cancelling`, no result is recorded and no other start made. A callback URL makes a
    /// callback due at the end.
    func cancel(_ jobIDs: [UUID]) throws(StoreError) -> [Cancellation]

    /// nothing → pending: a new job with an ended one's request, under `requestID` or one made from the old.
    ///
    /// Guarantees: idempotent for the same job and request_id. The ended row stays as it is. Throws `invalidInput` when
    /// the request or its key are not within the limits.
    func resubmit(_ jobID: UUID, requestID: String?) throws(StoreError) -> Resubmission

    /// pending → running: the oldest due row, nil when there is none. Never waits for a sibling's lock.
    func claimNextPending(_ claim: Claim) throws(StoreError) -> ClaimedJob?

    func get(_ jobID: UUID) throws(StoreError) -> Job?
    func getByCorrelation(clientID: String, requestID: String) throws(StoreError) -> Job?
    /// Jobs that pass the filter, newest first (`created_at`, then `job_id`), those after `position`.
    func list(_ filter: JobFilter, after position: ListPosition?, limit: Int) throws(StoreError) -> [JobSummary]
    /// Rows that other code left in a form that no list shows, with what is wrong with each, up to `limit`. May read all jobs;
    /// none where the store lets no such row come to be.
    func unreadableJobs(limit: Int) throws(StoreError) -> [UnreadableJob]
    /// Counts and workers as of one moment. Counting ended jobs may read all of them.
    func statistics(countingEnded: Bool) throws(StoreError) -> Statistics
    func attempts(of jobID: UUID) throws(StoreError) -> [AttemptRecord]

    /// running → done | error, pending: writes how an attempt ended, if the attempt still holds the job.
    func finish(_ finish: Finish) throws(StoreError) -> FinishResult

    /// `finish`, then `claimNextPending`, in one transaction (and one round trip where the store has those).
    func finishAndClaim(_ finish: Finish, _ claim: Claim) throws(StoreError) -> (FinishResult, ClaimedJob?)

    /// Many workers' ends, then their claims, in one transaction; the results in the same places.
    ///
    /// Guarantees: each end and claim as by `finish` and `claimNextPending`, under a fence of its own. Throws what any of
    /// them throws, and then none has happened.
    func exchange(_ exchanges: [Exchange]) throws(StoreError) -> [Exchange.Result]

    /// Notes how far runs are; those that no longer hold their jobs are left out.
    func recordProgress(_ notes: [ProgressNote]) throws(StoreError)
    /// How far the run is that holds the job; nil when none does, or it said nothing yet.
    func progress(of jobID: UUID) throws(StoreError) -> ProgressRecord?
    /// Removes what is left of runs that are over, up to `limit`.
    func forgetProgress(limit: Int) throws(StoreError)

    /// null → delivered | failed, failed → delivered, by somebody who delivers callbacks himself. Never touches `status`. False when the row is not there or settled.
    func updateCallbackStatus(_ jobID: UUID, _ status: CallbackStatus) throws(StoreError) -> Bool

    /// running → pending (attempts + 1), or error when the starts are used up: rows whose worker's lease has run out as
    /// `leases` judges, and rows without a worker that started longer ago than `unleasedAfter`.
    ///
    /// Guarantees: a daemon's death costs its jobs no start. They are suspects until they have ended, of which few run at a
    /// time (`SuspectRule`); one that ran alone among suspects, and one that may be started once only, is charged.
    func sweepOrphans(limit: Int, unleasedAfter: Duration, leases: SweptLeases) throws(StoreError) -> [HandedBack]

    /// Clears suspects that have ended, and lets as many of the others run as may.
    func settleSuspects() throws(StoreError) -> SuspectCount

    /// Makes jobs due that came in before the store's clock stepped back, and so look as if they were of the future. How
    /// many they were; jobs that are scheduled for later stay.
    func catchUpPending() throws(StoreError) -> Int

    /// The same for callbacks of jobs that ended before the clock stepped back, up to a thousand; how many they were.
    func catchUpCallbacks() throws(StoreError) -> Int

    /// pending → error, code `expired`: jobs whose time to start has passed, up to `limit`.
    func expirePending(limit: Int) throws(StoreError) -> [HandedBack]

    /// What waits that this worker, which serves `useCases` (nil: every one), would have to leave, at most a thousand use cases
    /// of it; and its neighbours.
    func foreignWork(_ workerID: UUID, serving useCases: [String]?) throws(StoreError) -> ForeignWork
    /// pending → error, code `unknown_use_case`: jobs of these use cases that have been due for as long as `age`, up to `limit`.
    ///
    /// Guarantees: a job whose use case a live worker serves stays, whatever is asked for.
    func endUnserved(_ useCases: [String], dueFor age: Duration, limit: Int) throws(StoreError) -> [HandedBack]

    /// done | error → nothing: a step of a walk through all jobs, of bounded length, which deletes those that ended longer ago
    /// than their retention, up to `limit`, with all that is kept of them. `place` is the last step's `next`, nil at first.
    ///
    /// Guarantees: a job that has not ended, whose end's time isn't known, or whose callback is due stays, whatever its age.
    /// Rows that others have locked are passed over, never waited for. No step reads all jobs.
    func prune(_ retention: Retention, from place: PrunePlace?, limit: Int) throws(StoreError) -> PruneStep

    /// How many jobs a whole walk would delete now. Reads all of them.
    func prunable(_ retention: Retention) throws(StoreError) -> PruneCount

    /// Who keeps dead rows from being cleared at this moment, the oldest first; short transactions are among them. None
    /// where the store has no such thing.
    func horizonHolds() throws(StoreError) -> [HorizonHold]

    /// Enters a worker process, or renews its entry.
    func registerWorker(_ worker: WorkerIdentity, lease: Duration) throws(StoreError)
    /// The heartbeat, answered by the store's clock in seconds since 1970. Also revives a lease that ran out. Nil: the worker
    /// was declared gone, or the store doesn't know it.
    ///
    /// Guarantees: waits for no lock on a table of jobs.
    func renewLease(_ workerID: UUID, lease: Duration) throws(StoreError) -> Double?
    /// The claims by which the worker holds jobs, for it to compare with what it runs.
    func heldClaims(_ workerID: UUID) throws(StoreError) -> [HeldClaim]
    /// The worker is known to be gone: what it holds is orphaned at once, and the deliveries it had in hand are due.
    func endLease(_ workerID: UUID) throws(StoreError)
    /// Lets others see which use cases this worker has pipelines for; nil: every one.
    func recordServed(_ workerID: UUID, _ useCases: [String]?) throws(StoreError)
    /// Lets others see which pipelines take no jobs at this worker.
    func recordBreakers(_ workerID: UUID, _ breakers: [OpenBreaker]) throws(StoreError)
    /// running → pending, blameless: rows that name this worker, started longer ago than `older`, but aren't in `running`.
    func handBackLostClaims(_ workerID: UUID, running: [UUID], older: Duration) throws(StoreError) -> [HandedBack]
}

extension JobOperations {
    /// `sweepOrphans` of all whose lease has run out by the store's clock.
    public func sweepOrphans(limit: Int, unleasedAfter: Duration) throws(StoreError) -> [HandedBack] {
        try sweepOrphans(limit: limit, unleasedAfter: unleasedAfter, leases: .runOut)
    }

    /// `cancel` of one job.
    public func cancel(_ jobID: UUID) throws(StoreError) -> Cancellation.Result {
        try cancel([jobID]).first?.result ?? .notFound
    }

    /// running → done if `response.error` is null, otherwise error.
    public func markDone(_ attempt: Attempt, _ response: ResponseIX) throws(StoreError) -> FinishResult {
        try finish(Finish(attempt, .done(response)))
    }

    /// running → error, always.
    public func markError(_ attempt: Attempt, _ response: ResponseIX) throws(StoreError) -> FinishResult {
        try finish(Finish(attempt, .error(response)))
    }
}
