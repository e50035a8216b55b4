/// Where jobs live: the one seam between the engine and a database.
///
/// Guarantees: every operation is atomic; a write by a worker changes nothing unless its attempt still holds the job.
/// Concurrency: safe from any task; a call suspends, it never blocks the caller's thread.
/// Failure: throws `StoreError`; `isTransient` tells whether the same call may succeed later. Every call ends by its
/// deadline.
public protocol JobStore: Sendable {
    /// Runs `body` on one connection, each operation in a transaction of its own.
    ///
    /// `body` may run again after a deadlock or serialization failure, so it must hold one unit of work.
    func perform<Result: Sendable>(
        _ body: @escaping @Sendable (any JobOperations) throws -> Result
    ) async throws(StoreError) -> Result

    /// Runs `body` in one transaction, committed when it returns and rolled back when it throws.
    ///
    /// Operations inside see each other's writes; nobody else does before the commit.
    func transaction<Result: Sendable>(
        _ body: @escaping @Sendable (any JobOperations) throws -> Result
    ) async throws -> Result

    /// Keeps daemons away from the jobs while this store is open, as far as it can: a store that can't lock them out
    /// makes sure that none is there now.
    ///
    /// Guarantees: when it returns, no live worker runs a job, unless `forced`. Where daemons are locked out, leases of
    /// those that died have ended.
    /// Requires: the sweep has run; what runs then is taken for somebody's.
    /// Failure: `busy` when daemons run; the message says how many, and what can be done.
    func keepWorkersAway(forced: Bool) async throws(StoreError)

    /// Where its jobs lie, for people; holds no secrets.
    var place: String { get }

    /// Ends all connections; calls afterwards fail.
    func close() async
}

/// What a daemon is told without asking.
public enum JobNotice: Sendable, Equatable {
    /// So many jobs may have arrived.
    case jobs(Int)
    /// The same, a stamp for each hint. Every daemon hears the same ones, so that they can share out who looks.
    case stampedJobs([UInt64])
    /// Running jobs may have been cancelled.
    case cancels
    /// Callbacks may have become due by somebody else's commit.
    case callbacks
}

/// Tells that jobs may have arrived, or been cancelled; a hint, never the only way to notice.
public protocol JobArrivals: Sendable {
    /// Calls `noticed` from any thread: with the number of hints that came together, and with every kind whenever
    /// hints may have been missed.
    func start(_ noticed: @escaping @Sendable (JobNotice) -> Void) async
    func stop() async
    /// Whether hints come through, as far as is known.
    var isListening: Bool { get }
    /// How long after a hint to look again: jobs committed shortly after it may send none of their own. Empty when each does.
    var laterLooks: [Duration] { get }
    /// Its loop's sign of life.
    var pulse: Pulse { get }
}

extension JobArrivals {
    public var laterLooks: [Duration] { [] }
}
