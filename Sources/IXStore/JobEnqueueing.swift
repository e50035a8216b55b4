package import FoundationEssentials
package import IXCore

/// The operations of a producer: inserting, cancelling and resubmitting jobs. Database role: `ix_producer`.
///
/// Gains: a job that was inserted runs, unless it is cancelled or expires first.
/// Guarantees: every operation is idempotent, so a caller without a reply repeats the call.
/// Concurrency: synchronous; the caller is where blocking is allowed, as `JobOperations` says.
/// Failure: throws `StoreError`, at the latest when the deadline of the call has passed.
package protocol JobEnqueueing {
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

    /// Makes a batch: inserts its finisher (nothing → pending), which waits for the members. A member is inserted with the
    /// finisher's job_id as `batchID`.
    ///
    /// Guarantees: as in `insertPending`. The finisher starts once, after every member has ended. Members are taken until it
    /// leaves its wait.
    func insertBatch(_ batch: NewBatch) throws(StoreError) -> InsertResult

    /// Closes an open batch: its finisher starts once all members have ended, and without a member at once.
    func closeBatch(_ batchID: UUID) throws(StoreError) -> BatchChange

    /// Cancels the members of a batch that have not ended, and its finisher last. Members above 1,000 are cancelled by a
    /// daemon.
    func cancelBatch(_ batchID: UUID) throws(StoreError) -> BatchChange

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

    /// Inserts the ended jobs again, each as `resubmit` does without a request_id. Item n of the result belongs to job n.
    ///
    /// Guarantees: a refused job leaves the further jobs unchanged, also inside a transaction.
    func resubmitEach(_ jobIDs: [UUID]) throws(StoreError) -> [Result<Resubmission, InvalidInput>]
}

extension JobEnqueueing {
    /// Cancels a single job; see `cancel(_:)` for many.
    package func cancel(_ jobID: UUID) throws(StoreError) -> Cancellation.Result {
        try cancel([jobID]).first?.result ?? .notFound
    }
}

extension JobEnqueueing {
    /// For stores where a refused statement leaves its transaction unchanged.
    package func resubmitEach(_ jobIDs: [UUID]) throws(StoreError) -> [Result<Resubmission, InvalidInput>] {
        try jobIDs.map { id throws(StoreError) in
            do throws(StoreError) { return .success(try resubmit(id, requestID: nil)) } catch {
                guard let input = error.refusedInput else { throw error }
                return .failure(input)
            }
        }
    }
}
