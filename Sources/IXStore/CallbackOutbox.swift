package import FoundationEssentials
package import IXCore

/// The operations of callback delivery on the outbox. Database role: `ix_worker`.
///
/// Every end of a job with a callback URL writes the callback's row in its own transaction. Afterwards only these
/// operations and `JobControl.redeliver` move the row: due → claimed (for the length of a lease) → delivered, failed,
/// or due again.
///
/// Gains: a claimed callback is sent by one daemon at a time.
/// Guarantees: no operation changes the status of a job.
/// Concurrency: synchronous; the caller is where blocking is allowed, as `JobOperations` says.
/// Failure: throws `StoreError`, at the latest when the deadline of the call has passed.
package protocol CallbackOutbox {
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

    /// Records the endpoints that get no callbacks from this daemon for now, for readers of `JobReading.endpoints`.
    func recordClosedEndpoints(_ daemonID: UUID, _ endpoints: [String]) throws(StoreError)

    /// Records the result of a callback for a program that delivers callbacks by its own means: null → delivered |
    /// failed, failed → delivered. Returns false when the row is missing or the step isn't allowed. Never changes
    /// `status`.
    func updateCallbackStatus(_ jobID: UUID, _ status: CallbackStatus) throws(StoreError) -> Bool
}

extension CallbackOutbox {
    /// Returns no ids: the default for a store that locks no single rows.
    package func inHand(_ deliveries: [DeliveryCompletion]) throws(StoreError) -> Set<UUID> { [] }
}
