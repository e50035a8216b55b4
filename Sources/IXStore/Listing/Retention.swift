/// Time for which jobs are kept after their end, by the store's clock; nil means forever.
package struct Retention: Sendable, Equatable {
    /// Retention of jobs that ended in `done`.
    package var done: Duration?
    /// Retention of jobs that ended in `error`.
    package var error: Duration?
    /// The time for which the keys of a deleted job are known, so that a repeat of its request gets its id; nil: not at all.
    package var receipt: Duration?

    /// Creates a retention; by default all jobs are kept, and no receipts.
    package init(done: Duration? = nil, error: Duration? = nil, receipt: Duration? = nil) {
        self.done = done
        self.error = error
        self.receipt = receipt
    }

    /// True when no job is ever deleted.
    package var keepsAll: Bool { done == nil && error == nil }
    /// The shorter of both retentions; nil when all jobs are kept.
    package var shortest: Duration? { [done, error].compactMap { $0 }.min() }
}

/// Number of ended jobs by status.
package struct PruneCount: Sendable, Equatable {
    /// Jobs that ended in `done`.
    package var done: Int
    /// Jobs that ended in `error`.
    package var error: Int
    /// Jobs that got a receipt, and that a later walk deletes.
    package var receipts: Int

    /// Creates a count; by default of no jobs.
    package init(done: Int = 0, error: Int = 0, receipts: Int = 0) {
        self.done = done
        self.error = error
        self.receipts = receipts
    }

    /// Number of deleted jobs of either status.
    package var total: Int { done + error }

    /// Adds the counts of another batch.
    package static func += (count: inout PruneCount, other: PruneCount) {
        count.done += other.done
        count.error += other.error
        count.receipts += other.receipts
    }
}

/// The position in a walk through all jobs. The number's meaning belongs to the store: a page on PostgreSQL, a row id
/// in the file.
package struct PruneCursor: Sendable, Equatable {
    /// The store's own measure of the walk; 0 is the beginning.
    package let number: Int

    /// Creates a position from the store's own number.
    package init(_ number: Int) { self.number = number }
}

/// The result of a single batch of the walk.
package struct PruneBatch: Sendable, Equatable {
    /// Number of jobs deleted by the batch.
    package let count: PruneCount
    /// Position for the next batch; nil when the walk is complete.
    package let next: PruneCursor?

    /// Creates the result of a batch.
    package init(count: PruneCount, next: PruneCursor?) {
        self.count = count
        self.next = next
    }
}
