package import FoundationEssentials
package import IXCore
package import IXStore

/// The way in which an operation of a store in memory fails.
package enum MemoryFailure: Sendable {
    /// The operation changes nothing.
    case refused(StoreError)
    /// The operation is carried out, and its caller doesn't learn of the result.
    case replyLost(StoreError)
}

/// Returns the failure of an operation, by the operation's name and its job; nil lets the operation pass.
package typealias MemoryFault = @Sendable (_ operation: String, _ jobID: UUID?) -> MemoryFailure?

/// The content of a store in memory.
package struct MemoryContent: Sendable {
    package var rows: [UUID: MemoryRow] = [:]
    /// The end of each lease, by the daemon's id.
    package var leases: [UUID: ContinuousClock.Instant] = [:]
    /// An operator's wish for a number of workers, by the daemon's id.
    package var wantedWorkers: [UUID: Int] = [:]
    /// The newest number of workers of each daemon, by the daemon's id.
    package var workers: [UUID: Int] = [:]
    /// The number of calls, by the operation's name.
    package var calls: [String: Int] = [:]
    /// The highest number of requests in one transaction.
    package var largestBatch = 0

    /// The number of jobs in the status.
    package func count(_ status: JobStatus) -> Int { rows.values.count { $0.status == status } }
}
