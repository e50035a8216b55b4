public import FoundationEssentials

/// The operations by which jobs go from one store to another, inside a transaction that somebody else owns.
///
/// A move is carried out once: `enterMovedBatch`, `takeRecords` and `removeTaken` in one transaction of the store that
/// jobs leave, `enterMovedBatch` and `restore` in one of the store that they enter.
public protocol MoveOperations {
    /// Jobs that have ended, by `job_id`, those after the given one; up to `limit`, or `JobRecord.batchBytes`.
    ///
    /// Guarantees: none come only when no ended job is left after that place.
    func endedRecords(after jobID: UUID?, limit: Int) throws(StoreError) -> [JobRecord]

    /// Locks jobs and reads them, by `job_id`, those after the given one; up to `limit`, or `JobRecord.batchBytes`. Running
    /// ones only when `forced`, whoever runs them: they go through the sweep's transition first (pending, attempts + 1, or
    /// error when the starts are used up).
    ///
    /// Guarantees: nobody changes what is returned before the transaction ends. Rows that others have locked are passed
    /// over, never waited for. A transaction rolled back leaves everything as it was.
    /// Requires: a transaction.
    func takeRecords(after jobID: UUID?, limit: Int, forced: Bool) throws(StoreError) -> [JobRecord]

    /// Deletes jobs that `takeRecords` returned, their attempts and their callbacks.
    ///
    /// Guarantees: all of them, or it throws; a late write of an attempt is fenced. Once the transaction has committed, no
    /// crash brings them back.
    /// Requires: the transaction that took them.
    func removeTaken(_ jobIDs: [UUID]) throws(StoreError)

    /// nothing → pending | done | error: rows as they were in another store, attempts included; an answer for each in its
    /// place. Idle workers are told once when one is pending. A callback that the record owes is due here.
    ///
    /// Guarantees: every column keeps its value, times to the microsecond. A row that stands there is never changed.
    /// Requires: a transaction; none is running; each job_id once; values within `Limits`, times as the store writes them.
    func restore(_ records: [JobRecord]) throws(StoreError) -> [Restored]

    /// Remembers that this transaction carries out a batch. False: another one did.
    ///
    /// Guarantees: of two transactions only one enters it; one under way is waited for, up to
    /// the call's deadline. The commit is durable, whatever the store's settings are.
    /// Requires: a transaction.
    func enterMovedBatch(_ batch: MovedBatch) throws(StoreError) -> Bool
}
