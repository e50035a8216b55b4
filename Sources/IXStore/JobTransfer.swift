package import FoundationEssentials

/// The operations of a move of jobs to another store, run inside a transaction owned by the caller. Database role:
/// `ix_migrator`.
///
/// The move of a batch needs two transactions. In the source: `enterMovedBatch`, `takeRecords`, `removeTaken`. In the
/// target: `enterMovedBatch`, `restore`. `JobStore.excludeDaemons` keeps daemons away meanwhile.
///
/// Gains: every job is in one of the two stores, whatever crashes.
/// Concurrency: synchronous; the caller is where blocking is allowed, as `JobOperations` says.
/// Failure: throws `StoreError`, at the latest when the deadline of the call has passed.
package protocol JobTransfer {
    /// Returns ended jobs ordered by `job_id`, from behind the given id; up to `limit` jobs or `JobRecord.batchBytes`.
    ///
    /// Guarantees: the result is empty only when no ended job is left behind the id.
    func endedRecords(after jobID: UUID?, limit: Int) throws(StoreError) -> [JobRecord]

    /// Locks jobs and returns them ordered by `job_id`, from behind the given id; up to `limit` jobs or
    /// `JobRecord.batchBytes`. Running jobs are taken only when `forced`, whichever daemon runs them. A running job
    /// first goes through the sweep's transition: pending with `attempts` + 1, or error when all starts are used up.
    ///
    /// Guarantees: no other transaction changes a returned job before the caller's transaction ends. A rollback leaves
    /// everything as it was.
    /// Requires: a transaction.
    /// Concurrency: rows locked by other transactions are passed over, never waited for.
    func takeRecords(after jobID: UUID?, limit: Int, forced: Bool) throws(StoreError) -> [JobRecord]

    /// Locks jobs of one client and returns them ordered by `request_id`, from behind the given request; otherwise as
    /// `takeRecords(after:limit:forced:)`, while daemons may go on with the client's jobs and all others.
    ///
    /// Guarantees: no other transaction changes a returned job before the caller's transaction ends. A rollback leaves
    /// everything as it was.
    /// Requires: a transaction.
    /// Concurrency: rows locked by other transactions are passed over, never waited for.
    func takeRecords(of clientID: String, after requestID: String?, limit: Int, forced: Bool) throws(StoreError)
        -> [JobRecord]

    /// Deletes the jobs returned by `takeRecords`, with their attempts and callbacks.
    ///
    /// Guarantees: after the commit, a late write of an attempt is fenced, and no crash brings the jobs back.
    /// Requires: the transaction that took the jobs.
    /// Failure: throws unless every job was deleted; the caller must then let the transaction roll back.
    func removeTaken(_ jobIDs: [UUID]) throws(StoreError)

    /// Inserts jobs as they were in the source (nothing → pending | done | error), with their attempts. Returns a
    /// result per record, in the order of `records`. Idle workers are notified once when a restored job is pending. A
    /// callback due in the record is due in the target. A waiting job waits, and a member of a batch is one.
    ///
    /// Requires: the jobs that a record waits for, and the members of a finisher's batch, came in before. After the commit
    /// `noteMembers` runs for each finisher.
    func restore(_ records: [JobRecord]) throws(StoreError) -> [Restored]

    /// Notes members of a restored batch that ended while the finisher came in, from behind the given member; a step of up
    /// to `limit` members. Returns the last member; nil when none is left.
    ///
    /// Requires: the finisher's `restore` is committed.
    func noteMembers(of batchID: UUID, after jobID: UUID?, limit: Int) throws(StoreError) -> UUID?

    /// Returns receipts in the order of their keys, from behind the given keys, of one client or of all. A page looks at
    /// `limit` receipts, and so may hold fewer of the client. Receipts of jobs that are still to run are left out.
    func receipts(of clientID: String?, after keys: Receipt.Keys?, limit: Int) throws(StoreError) -> Receipt.Page

    /// Inserts receipts; one whose keys have a receipt stays as it is.
    ///
    /// Failure: `.invalidInput` where the store can't look up what the receipts hold: hashes in an embedded file.
    func restoreReceipts(_ receipts: [Receipt]) throws(StoreError)

    /// Returns dedupe keys in the order of client, use case and key, from behind the given one, of one client or of all.
    func dedupes(of clientID: String?, after last: DedupeRecord?, limit: Int) throws(StoreError) -> [DedupeRecord]

    /// Inserts dedupe keys; one that the store has stays as it is.
    func restoreDedupes(_ dedupes: [DedupeRecord]) throws(StoreError)

    /// Inserts a schedule as in the source, with its plan and its pause; nothing when the store has a schedule of the
    /// name. Returns false then.
    ///
    /// Failure: `.invalidInput` names the field which the store refuses: the time zone or the queue.
    func restore(_ schedule: ScheduleState) throws(StoreError) -> Bool

    /// Remembers that this transaction carries out the batch. Returns false when another transaction has carried it
    /// out.
    ///
    /// Guarantees: only one of two transactions enters a batch. The commit is durable, whatever the store's settings
    /// are.
    /// Requires: a transaction.
    /// Concurrency: waits for a transaction under way with the same batch, up to the call's deadline.
    func enterMovedBatch(_ batch: MovedBatch) throws(StoreError) -> Bool
}
