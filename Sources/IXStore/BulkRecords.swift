package import FoundationEssentials

/// The store's operations on bulk operations, run inside a transaction owned by the caller.
///
/// Guarantees: at a time a single holder makes steps of an operation, for the length of its lease.
package protocol BulkRecords {
    /// Inserts a preview, which may be confirmed within `lifetime`.
    func insertPreview(_ operation: BulkOperation, lifetime: Duration) throws(StoreError)
    /// Returns the operation; nil when there is none. Costs one step in the primary key.
    func bulkOperation(_ id: UUID) throws(StoreError) -> BulkOperation?
    /// Starts a preview (preview → running). Returns false for one that has run out or was started before.
    func startBulk(_ id: UUID) throws(StoreError) -> Bool
    /// Asks a running operation to stop. Returns false when none runs under the id.
    func stopBulk(_ id: UUID) throws(StoreError) -> Bool
    /// Takes a running operation that no holder's lease covers; nil when there is none.
    func claimBulk(as holder: UUID, lease: Duration) throws(StoreError) -> BulkOperation?
    /// Records a step, and renews the lease. Returns false when another holder has the operation.
    func recordStep(_ id: UUID, _ step: BulkStep, as holder: UUID, lease: Duration) throws(StoreError) -> Bool
}
