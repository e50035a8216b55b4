public import FoundationEssentials

/// A change of many jobs: first a preview, then a run in steps.
public struct BulkOperation: Sendable, Equatable {
    /// The change made to each job.
    public enum Action: String, Sendable, CaseIterable {
        case cancel, resubmit, redeliver
    }

    /// The life of an operation: preview → running → done, stopped or failed.
    public enum State: String, Sendable {
        case preview, running, done, stopped, failed
    }

    /// Random; the id of a preview confirms it.
    public let id: UUID
    /// The present state.
    public let state: State
    /// The change made to each job.
    public let action: Action
    /// The filter as a JSON object.
    public let filter: String
    /// The caller that made the preview.
    public let actor: String
    /// Role of the caller.
    public let role: AccessRole
    /// Only jobs inserted before this moment are met (ISO 8601, UTC).
    public let asOf: String
    /// Number of jobs that the preview found.
    public let count: Int
    /// True when there may be more jobs than `count`.
    public let isAtLeast: Bool
    /// Position behind the last step, as `ListPosition.cursor`; nil before the first.
    public let cursor: String?
    /// Jobs changed so far.
    public let changed: Int
    /// Jobs left as they were, because their state had changed.
    public let skipped: Int
    /// True after a request to stop.
    public let isStopRequested: Bool
    /// The reason of a failure.
    public let reason: String?

    /// Creates the value from its columns.
    public init(
        id: UUID, state: State, action: Action, filter: String, actor: String, role: AccessRole, asOf: String,
        count: Int,
        isAtLeast: Bool, cursor: String? = nil, changed: Int = 0, skipped: Int = 0, isStopRequested: Bool = false,
        reason: String? = nil
    ) {
        self.id = id
        self.state = state
        self.action = action
        self.filter = filter
        self.actor = actor
        self.role = role
        self.asOf = asOf
        self.count = count
        self.isAtLeast = isAtLeast
        self.cursor = cursor
        self.changed = changed
        self.skipped = skipped
        self.isStopRequested = isStopRequested
        self.reason = reason
    }
}

/// The result of one step of an operation.
public struct BulkStep: Sendable, Equatable {
    /// Position behind the step, as `ListPosition.cursor`; nil after the last job.
    public let cursor: String?
    /// Jobs changed by the step.
    public let changed: Int
    /// Jobs left as they were.
    public let skipped: Int
    /// The state after the step.
    public let state: BulkOperation.State
    /// The reason of a failure.
    public let reason: String?

    /// Creates the result.
    public init(cursor: String?, changed: Int, skipped: Int, state: BulkOperation.State, reason: String? = nil) {
        self.cursor = cursor
        self.changed = changed
        self.skipped = skipped
        self.state = state
        self.reason = reason
    }
}

/// The store's operations on bulk operations, run inside a transaction owned by the caller.
///
/// Guarantees: at a time a single holder makes steps of an operation, for the length of its lease.
public protocol BulkRecords {
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
