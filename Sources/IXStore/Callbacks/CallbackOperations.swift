public import FoundationEssentials

/// The operations of the outbox, inside a transaction that somebody else owns.
///
/// A row is written by whatever ends a job that has a callback URL, in that end's own transaction. From then on only these
/// move it: due → in hand (a claim, for as long as a lease) → delivered, failed, or due again.
public protocol CallbackOperations {
    /// due → in hand: callbacks whose time has come, up to the claim's limits; those of one client at one endpoint oldest
    /// first. Clients take turns: one that has fewer under way comes before one that has more, however long its backlog is.
    ///
    /// Guarantees: a callback is in one hand at a time, until its lease ends. Never waits for a sibling's lock. The
    /// backlog of an endpoint without places costs nothing.
    func claimCallbacks(_ claim: CallbackClaim) throws(StoreError) -> [ClaimedCallback]

    /// in hand → due: what the claim took, if it took anything; for a claim whose answer was lost.
    func releaseClaim(_ claimID: UUID) throws(StoreError)

    /// How long until a callback is due of a client and at an endpoint that have places (`places` and `shares` as in the
    /// claim); zero when one is, nil when none is there. What is in hand counts as due when its lease ends.
    func nextCallback(places: [String: Int], shares: [String: Int]) throws(StoreError) -> Duration?

    /// in hand → delivered | failed | due: what became of deliveries, each with its line in the log of tries and the job's
    /// `callback_status`. The jobs whose delivery still held.
    ///
    /// Guarantees: nothing is changed for a claim that no longer holds. A job's status is never touched. Rows that another
    /// transaction has locked hold up no others.
    func settleCallbacks(_ deliveries: [SettledDelivery]) throws(StoreError) -> Set<UUID>

    /// Of deliveries that were not settled, the jobs whose claim still holds: another transaction has locked them.
    func inHand(_ deliveries: [SettledDelivery]) throws(StoreError) -> Set<UUID>

    /// nothing → due: jobs that old code ended longer ago than `grace`, and since ix-worker is there, and of which nobody
    /// has told; how many, up to `limit`. None where no old code works.
    func oweOldEnds(grace: Duration, limit: Int) throws(StoreError) -> Int

    /// What the outbox holds: due ones first, the next first; then failed and delivered ones, the newest first.
    func callbacks(_ filter: CallbackFilter, limit: Int) throws(StoreError) -> [CallbackRecord]
    func callback(of jobID: UUID) throws(StoreError) -> CallbackRecord?
    /// The tries of a job's callback, oldest first, the newest 1000.
    func deliveries(of jobID: UUID) throws(StoreError) -> [DeliveryRecord]

    /// failed | delivered | nothing → due, from the schedule's first step, for each ended job that has a callback URL.
    ///
    /// Guarantees: the same id and the same bytes as before. What is in hand is left alone.
    func redeliver(_ jobIDs: [UUID]) throws(StoreError) -> [Redelivery]
}

extension CallbackOperations {
    /// None in a store that locks no single rows.
    public func inHand(_ deliveries: [SettledDelivery]) throws(StoreError) -> Set<UUID> { [] }
}
