package import IXCore

/// The operations of a worker: claims, ends and progress. Database role: `ix_worker`.
///
/// Gains: a claimed job belongs to its attempt until the attempt ends, or the sweep hands the job back.
/// Guarantees: a write changes nothing unless its attempt still holds the job.
/// Requires: a registered daemon (`JobUpkeep.registerDaemon`).
/// Concurrency: synchronous; the caller is where blocking is allowed, as `JobOperations` says.
/// Failure: throws `StoreError`, at the latest when the deadline of the call has passed.
package protocol JobExecution {
    /// Writes the ends reported by workers, then makes the claims of these workers, in one transaction, and in one round
    /// trip where the store has round trips. Returns a result per request, in the order of `requests`.
    ///
    /// An end goes running → done | error | pending, if the attempt still holds the job. A claim takes the oldest due
    /// job (pending → running), in the order `coalesce(run_at, created_at)`, then `job_id`. The claim returns no job
    /// when no due job passes its filter, and when the daemon's lease has ended.
    ///
    /// Guarantees: each end is fenced by `job_id`, `attempts` and `claim_id`. When the first reply was lost, a repeated
    /// end returns `.ended` again, while a repeated hand-back to `pending` returns `.fenced`. Two claims never return
    /// the same row. `ClaimedJob.request` is nil when the document can't be read as text. After an end in the same
    /// call, a claim may miss a job committed late or handed back for about 100 ms, because a busy worker's claim
    /// starts behind the rows claimed last (PostgreSQL).
    /// Concurrency: a claim never waits for a row lock; rows locked by another transaction are passed over.
    /// Failure: the error of any end or claim; then nothing was written for any request. `.locked` when another
    /// transaction holds an ending row for too long. A request sent alone behaves as follows: its claim never throws
    /// `.unreadable`, so that a daemon can end a job whose document can't be read; its end with `Completion.isKept`
    /// throws `.locked` at once, and then has a transaction of its own.
    func perform(_ requests: [WorkerRequest]) throws(StoreError) -> [WorkerRequest.Result]

    /// Records the progress of runs. Notes of attempts that no longer hold their jobs are left out.
    func recordProgress(_ notes: [ProgressNote]) throws(StoreError)
}

extension JobExecution {
    /// Performs a single request; see `perform(_:)` for many.
    package func perform(_ request: WorkerRequest) throws(StoreError) -> WorkerRequest.Result {
        guard let result = try perform([request]).first else { throw unanswered }
        return result
    }

    /// Writes the end of an attempt; see `perform(_:)`.
    package func complete(_ completion: Completion) throws(StoreError) -> CompletionResult {
        guard let result = try perform(WorkerRequest(completion: completion)).completion else { throw unanswered }
        return result
    }

    /// Claims the oldest due job; nil when there is none. See `perform(_:)`.
    package func claimNextPending(_ claim: Claim) throws(StoreError) -> ClaimedJob? {
        try perform(WorkerRequest(claim: claim)).job
    }

    /// Writes the end of an attempt, then claims the oldest due job, in one transaction. See `perform(_:)`.
    package func completeAndClaim(_ completion: Completion, _ claim: Claim) throws(StoreError) -> (
        CompletionResult, ClaimedJob?
    ) {
        let result = try perform(WorkerRequest(completion: completion, claim: claim))
        guard let end = result.completion else { throw unanswered }
        return (end, result.job)
    }

    /// Ends the attempt: running → done if `response.error` is null, otherwise error. See `complete`.
    package func markDone(_ attempt: Attempt, _ response: ResponseIX) throws(StoreError) -> CompletionResult {
        try complete(Completion(attempt, .done(response)))
    }

    /// Ends the attempt: running → error, whatever the response says. See `complete`.
    package func markError(_ attempt: Attempt, _ response: ResponseIX) throws(StoreError) -> CompletionResult {
        try complete(Completion(attempt, .error(response)))
    }

    private var unanswered: StoreError {
        StoreError(.internal, operation: "perform", message: "the store returned no result for a request")
    }
}
