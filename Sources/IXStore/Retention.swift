/// How long jobs are kept after their end, by the store's clock; nil: for ever.
public struct Retention: Sendable, Equatable {
    public var done: Duration?
    public var error: Duration?

    public init(done: Duration? = nil, error: Duration? = nil) {
        self.done = done
        self.error = error
    }

    public var keepsAll: Bool { done == nil && error == nil }
    /// The shorter one; nil when all is kept.
    public var shortest: Duration? { [done, error].compactMap { $0 }.min() }
}

/// Ended jobs, by how they ended.
public struct PruneCount: Sendable, Equatable {
    public var done: Int
    public var error: Int

    public init(done: Int = 0, error: Int = 0) {
        self.done = done
        self.error = error
    }

    public var total: Int { done + error }

    public static func += (count: inout PruneCount, other: PruneCount) {
        count.done += other.done
        count.error += other.error
    }
}

/// How far a walk through all jobs is. What the number means is the store's business.
public struct PrunePlace: Sendable, Equatable {
    package let number: Int

    package init(_ number: Int) { self.number = number }
}

/// What one step of the walk deleted, and where the next one goes on; nil: it has come to the end.
public struct PruneStep: Sendable, Equatable {
    public let count: PruneCount
    public let next: PrunePlace?

    public init(count: PruneCount, next: PrunePlace?) {
        self.count = count
        self.next = next
    }
}
