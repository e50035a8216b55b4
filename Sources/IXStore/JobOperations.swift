public import FoundationEssentials
public import IXCore

/// The operations of the store, inside a transaction that somebody else owns: `JobStore.perform` or `.transaction`.
///
/// Synchronous, because they run where blocking is allowed (the connection's own queue), so a caller can put its own
/// writes between them and a synchronous writer fits the same seam.
public protocol JobOperations {
    /// nothing → pending. The first insert of (client_id, request_id) wins; a second changes nothing and says so.
    func insertPending(_ insertion: Insertion) throws(StoreError) -> Inserted

    /// pending → running: the oldest due row, nil when there is none. Never waits for a sibling's lock.
    func claimNextPending(_ claim: Claim) throws(StoreError) -> ClaimedJob?

    func get(_ jobID: UUID) throws(StoreError) -> Job?
    func getByCorrelation(clientID: String, requestID: String) throws(StoreError) -> Job?
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
    /// running → done if `response.error` is null, otherwise error.
    public func markDone(_ attempt: Attempt, _ response: ResponseIX) throws(StoreError) -> FinishResult {
        try finish(Finish(attempt, .done(response)))
    }

    /// running → error, always.
    public func markError(_ attempt: Attempt, _ response: ResponseIX) throws(StoreError) -> FinishResult {
        try finish(Finish(attempt, .error(response)))
    }
}
