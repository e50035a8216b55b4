/// Time for which jobs are kept after their end, by the store's clock; nil means forever.
public struct Retention: Sendable, Equatable {
    /// Retention of jobs that ended in `done`.
    public var done: Duration?
    /// Retention of jobs that ended in `error`.
    public var error: Duration?

    /// Creates a retention; by default all jobs are kept.
    public init(done: Duration? = nil, error: Duration? = nil) {
        self.done = done
        self.error = error
    }

    /// True when no job is ever deleted.
    public var keepsAll: Bool { done == nil && error == nil }
    /// The shorter of both retentions; nil when all jobs are kept.
    public var shortest: Duration? { [done, error].compactMap { $0 }.min() }
}

/// Number of ended jobs by status.
public struct PruneCount: Sendable, Equatable {
    /// Jobs that ended in `done`.
    public var done: Int
    /// Jobs that ended in `error`.
    public var error: Int

    /// Creates a count; by default of no jobs.
    public init(done: Int = 0, error: Int = 0) {
        self.done = done
        self.error = error
    }

    /// Number of jobs of either status.
    public var total: Int { done + error }

    /// Adds the counts of another batch.
    public static func += (count: inout PruneCount, other: PruneCount) {
        count.done += other.done
        count.error += other.error
    }
}

/// The position in a walk through all jobs. The number's meaning belongs to the store: a page on PostgreSQL, a row id
/// in the file.
public struct PruneCursor: Sendable, Equatable {
    /// The store's own measure of the walk; 0 is the beginning.
    package let number: Int

    /// Creates a position from the store's own number.
    package init(_ number: Int) { self.number = number }
}

/// The result of a single batch of the walk.
public struct PruneBatch: Sendable, Equatable {
    /// Number of jobs deleted by the batch.
    public let count: PruneCount
    /// Position for the next batch; nil when the walk is complete.
    public let next: PruneCursor?

    /// Creates the result of a batch.
    public init(count: PruneCount, next: PruneCursor?) {
        self.count = count
        self.next = next
    }
}
