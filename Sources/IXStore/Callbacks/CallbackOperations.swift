public import FoundationEssentials

/// The store's operations on callbacks (the outbox), run inside a transaction owned by the caller.
///
/// Every end of a job with a callback URL writes the callback's row in its own transaction. Afterwards only these
/// operations move the row: due → claimed (for the length of a lease) → delivered, failed, or due again.
public protocol CallbackOperations {
    /// Claims due callbacks (due → claimed) within the limits of the claim. Callbacks of a client at one endpoint are
    /// claimed oldest first. Clients take turns: a client with fewer deliveries under way comes before a client with
    /// more, however long its backlog is.
    ///
    /// Guarantees: a callback has a single claim at a time, until the lease ends. The backlog of an endpoint without
    /// slots costs nothing.
    /// Concurrency: never waits for a row lock; locked rows are passed over.
    func claimCallbacks(_ claim: CallbackClaim) throws(StoreError) -> [ClaimedCallback]

    /// Releases every callback of the claim (claimed → due), if it has any; used after a claim whose reply was lost.
    func releaseClaim(_ claimID: UUID) throws(StoreError)

    /// Returns the time until the next callback is due, counting only clients and endpoints with slots (`slots` and
    /// `shares` as in `CallbackClaim`). Zero when a callback is due now, nil when there is none. A claimed callback
    /// counts as due at the end of its lease.
    func nextCallback(slots: [String: Int], shares: [String: Int]) throws(StoreError) -> Duration?

    /// Records the results of deliveries (claimed → delivered | failed | due): the try in the delivery log, and the
    /// job's `callback_status`. Returns the ids of the jobs whose claim still held.
    ///
    /// Guarantees: nothing changes for a claim no longer held, and a job's status never changes.
    /// Concurrency: a row locked by another transaction is waited for briefly, or not at all with
    /// `DeliveryCompletion.isKept`. A row still locked is missing from the result and doesn't delay the rest.
    func recordDeliveries(_ deliveries: [DeliveryCompletion]) throws(StoreError) -> Set<UUID>

    /// Returns, for deliveries missing from the result of `recordDeliveries`, the ids of the jobs whose claim still
    /// holds, because another transaction has locked the rows.
    func inHand(_ deliveries: [DeliveryCompletion]) throws(StoreError) -> Set<UUID>

    /// Makes callbacks due (nothing → due) for jobs ended by legacy workers. Such a job ended after
    /// the migration and longer ago than `grace`, and no callback was reported for it. Returns the number of callbacks,
    /// up to `limit`; 0 where no legacy workers exist.
    func adoptLegacyCallbacks(grace: Duration, limit: Int) throws(StoreError) -> Int

    /// Returns callbacks passing the filter, at most `limit`: due callbacks first, next due on top; then failed and
    /// delivered callbacks, newest first.
    func callbacks(_ filter: CallbackFilter, limit: Int) throws(StoreError) -> [CallbackRecord]
    /// Returns the callback of the job, or nil when it has none. Costs one step in the primary key.
    func callback(of jobID: UUID) throws(StoreError) -> CallbackRecord?
    /// Returns the tries of the job's callback, oldest first; only the newest 1,000.
    func deliveries(of jobID: UUID) throws(StoreError) -> [DeliveryRecord]

    /// Makes callbacks due again (failed | delivered | nothing → due), from the first step of the schedule, for each
    /// ended job with a callback URL. Returns a result per job.
    ///
    /// Guarantees: the receiver gets the same id and the same bytes as before. A claimed callback is left alone.
    func redeliver(_ jobIDs: [UUID]) throws(StoreError) -> [Redelivery]
}

extension CallbackOperations {
    /// Returns no ids: the default for a store that locks no single rows.
    public func inHand(_ deliveries: [DeliveryCompletion]) throws(StoreError) -> Set<UUID> { [] }
}
