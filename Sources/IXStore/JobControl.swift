package import FoundationEssentials

/// The operations of an operator beyond a producer's. Database roles: `ix_producer`, `ix_worker`, for `erase`
/// `ix_operator` and `ix_server`.
///
/// Gains: an operator has callbacks of ended jobs sent once more, and ended jobs deleted. Cancels and resubmits, also of
/// many jobs, are operations of `JobEnqueueing`.
/// Concurrency: synchronous; the caller is where blocking is allowed, as `JobOperations` says.
/// Failure: throws `StoreError`, at the latest when the deadline of the call has passed.
package protocol JobControl {
    /// Makes callbacks due again (failed | delivered | nothing → due), from the first step of the schedule, for each
    /// ended job with a callback URL. Returns a result per job.
    ///
    /// Guarantees: the receiver gets the same id and the same bytes as before. A claimed callback is left alone.
    func redeliver(_ jobIDs: [UUID]) throws(StoreError) -> [Redelivery]

    /// Deletes an ended job together with everything kept about it, its request's receipt included.
    ///
    /// Failure: `.permission` for an account that may not delete jobs.
    func erase(_ jobID: UUID) throws(StoreError) -> Erasure

    /// Deletes up to `limit` receipts of the client whose jobs are gone, and returns their number; 0 in a store whose
    /// receipts name no client.
    func eraseReceipts(of clientID: String, limit: Int) throws(StoreError) -> Int
}
