package import FoundationEssentials

/// A change of many jobs: first a preview, then a run in steps.
package struct BulkOperation: Sendable, Equatable {
    /// The change made to each job.
    package enum Action: String, Sendable, CaseIterable {
        case cancel, resubmit, redeliver
    }

    /// The life of an operation: preview → running → done, stopped or failed.
    package enum State: String, Sendable {
        case preview, running, done, stopped, failed
    }

    /// Random; the id of a preview confirms it.
    package let id: UUID
    /// The present state.
    package let state: State
    /// The change made to each job.
    package let action: Action
    /// The filter as a JSON object.
    package let filter: String
    /// The caller that made the preview.
    package let actor: String
    /// Role of the caller.
    package let role: AccessRole
    /// Only jobs inserted before this moment are met (ISO 8601, UTC).
    package let asOf: String
    /// Number of jobs that the preview found.
    package let count: Int
    /// True when there may be more jobs than `count`.
    package let isAtLeast: Bool
    /// Position behind the last step, as `ListPosition.cursor`; nil before the first.
    package let cursor: String?
    /// Jobs changed so far.
    package let changed: Int
    /// Jobs left as they were, because their state had changed.
    package let skipped: Int
    /// True after a request to stop.
    package let isStopRequested: Bool
    /// The reason of a failure.
    package let reason: String?

    /// Creates the value from its columns.
    package init(
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
package struct BulkStep: Sendable, Equatable {
    /// Position behind the step, as `ListPosition.cursor`; nil after the last job.
    package let cursor: String?
    /// Jobs changed by the step.
    package let changed: Int
    /// Jobs left as they were.
    package let skipped: Int
    /// The state after the step.
    package let state: BulkOperation.State
    /// The reason of a failure.
    package let reason: String?

    /// Creates the result.
    package init(cursor: String?, changed: Int, skipped: Int, state: BulkOperation.State, reason: String? = nil) {
        self.cursor = cursor
        self.changed = changed
        self.skipped = skipped
        self.state = state
        self.reason = reason
    }
}
