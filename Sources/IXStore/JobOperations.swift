public import FoundationEssentials
public import IXCore

/// The operations of the store, inside a transaction that somebody else owns: `JobStore.perform` or `.transaction`.
///
/// Synchronous, because they run where blocking is allowed (the connection's own queue), so a caller can put its own
/// writes between them and a synchronous writer fits the same seam.
public protocol JobOperations: MoveOperations {
    /// nothing → pending. The first insert of (client_id, request_id) wins; a second changes nothing and says so.
    func insertPending(_ insertion: Insertion) throws(StoreError) -> Inserted

    /// nothing → pending, many at once: one round trip, one transaction, one notification; an item's answer in its place.
    ///
    /// Guarantees: each as by `insertPending`; an item that the store refuses leaves the others as they are.
    /// Requires: together well under 256 MiB.
    func insertPendingBatch(_ insertions: [Insertion]) throws(StoreError) -> [BatchItem]

    /// pending → error, code `cancelled`, for each job that still waits; the others stay as they are, and the answer
    /// says why. In no particular order, each job once.
    ///
    /// Guarantees: of a claim and a cancel exactly one wins. A callback URL makes a callback due.
    func cancelPending(_ jobIDs: [UUID]) throws(StoreError) -> [Cancellation]

    /// pending → running: the oldest due row, nil when there is none. Never waits for a sibling's lock.
    func claimNextPending(_ claim: Claim) throws(StoreError) -> ClaimedJob?

    func get(_ jobID: UUID) throws(StoreError) -> Job?
    func getByCorrelation(clientID: String, requestID: String) throws(StoreError) -> Job?
    /// Jobs that pass the filter, newest first (`created_at`, then `job_id`), those after `position`.
    func list(_ filter: JobFilter, after position: ListPosition?, limit: Int) throws(StoreError) -> [JobSummary]
    /// Counts and workers as of one moment. Counting ended jobs may read all of them.
    func statistics(countingEnded: Bool) throws(StoreError) -> Statistics
    func attempts(of jobID: UUID) throws(StoreError) -> [AttemptRecord]

    /// running → done | error, pending: writes how an attempt ended, if the attempt still holds the job.
    func finish(_ finish: Finish) throws(StoreError) -> FinishResult

    /// `finish`, then `claimNextPending`, in one transaction (and one round trip where the store has those).
    func finishAndClaim(_ finish: Finish, _ claim: Claim) throws(StoreError) -> (FinishResult, ClaimedJob?)

    /// null → delivered | failed, failed → delivered. Never touches `status`. False when the row is not there or settled.
    func updateCallbackStatus(_ jobID: UUID, _ status: CallbackStatus) throws(StoreError) -> Bool

    /// running → pending (attempts + 1), or error when the starts are used up: rows whose worker's lease has run out, and
    /// rows without a worker that started longer ago than `unleasedAfter`.
    func sweepOrphans(limit: Int, unleasedAfter: Duration) throws(StoreError) -> [HandedBack]

    /// Enters a worker process, or renews its entry.
    func registerWorker(_ worker: WorkerIdentity, lease: Duration) throws(StoreError)
    /// The heartbeat. False: the lease had run out and its jobs may be someone else's.
    func renewLease(_ workerID: UUID, lease: Duration) throws(StoreError) -> Bool
    /// The worker is known to be gone: what it holds is orphaned at once.
    func endLease(_ workerID: UUID) throws(StoreError)
    /// running → pending, blameless: rows that name this worker, started longer ago than `older`, but aren't in `running`.
    func handBackLostClaims(_ workerID: UUID, running: [UUID], older: Duration) throws(StoreError) -> [HandedBack]
}

extension JobOperations {
    /// pending → error, code `cancelled`, if the job still waits.
    public func cancelPending(_ jobID: UUID) throws(StoreError) -> Cancellation.Result {
        try cancelPending([jobID]).first?.result ?? .notFound
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
