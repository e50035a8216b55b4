public import IXConcurrency

/// The seam between the engine and a database: everything ix-worker knows about jobs goes through it.
///
/// Guarantees: every operation is atomic; a worker's write changes nothing unless its attempt still holds the job.
/// Concurrency: safe from any task; a call suspends and never blocks the caller's thread.
/// Failure: throws `StoreError`; `isTransient` is true when the call may succeed later. Every call ends by its
/// deadline.
public protocol JobStore: Sendable {
    /// Runs `body` on one connection, each operation in a transaction of its own.
    ///
    /// Requires: one unit of work in `body`, because the store may run `body` again after a deadlock or a serialization
    /// failure, up to four more times.
    func perform<Result: Sendable>(
        _ body: @escaping @Sendable (any JobOperations) throws -> Result
    ) async throws(StoreError) -> Result

    /// Runs `body` in one transaction, committed when `body` returns and rolled back when `body` throws. The store runs
    /// `body` once; after a conflict the caller decides about another try.
    ///
    /// Guarantees: operations inside see each other's writes; no other transaction sees a write before the commit.
    /// Failure: the error thrown by `body`, or `StoreError`.
    func transaction<Result: Sendable>(
        _ body: @escaping @Sendable (any JobOperations) throws -> Result
    ) async throws -> Result

    /// Keeps daemons away from the jobs while this store is open. A store unable to lock daemons out (PostgreSQL) only
    /// checks that none runs now.
    ///
    /// Guarantees: on return, no live daemon runs a job, unless `forced`. Where daemons are locked out, the leases of
    /// dead daemons have ended.
    /// Requires: a finished sweep, because every job still running afterwards counts as the job of a live daemon.
    /// Failure: `.busy` when daemons run; the message gives their number and the remedy. The embedded file throws it
    /// even when `forced`, because its lock can't be taken from a daemon.
    func excludeDaemons(forced: Bool) async throws(StoreError)

    /// The store's location, for people: `PostgreSQL at host:port/dbname` or the path of the file. Contains no secrets.
    var location: String { get }

    /// Closes all connections. Later calls fail with `.unavailable`.
    func close() async
}

/// A notification for a daemon.
public enum JobNotification: Sendable, Equatable {
    /// Up to this number of jobs may have arrived.
    case jobs(Int)
    /// Jobs may have arrived; each hint carries a stamp. All daemons receive equal stamps, so that they can divide the
    /// work of polling.
    case stampedJobs([UInt64])
    /// Running jobs may have been cancelled.
    case cancels
    /// Callbacks may have become due by the commit of another process.
    case callbacks
}

/// Notifies a daemon of arrived jobs, cancels and due callbacks.
///
/// Guarantees: a notification is a hint. A hint may be missed or doubled, so the daemon also polls.
/// Concurrency: runs a loop on a queue of its own.
public protocol JobNotifier: Sendable {
    /// Starts the loop, which calls `onNotification` for each hint; `JobNotification` counts hints that came together.
    /// After a start or a reconnection the loop sends every kind of hint, because earlier hints may have been missed.
    ///
    /// Guarantees: only the first start counts, and none after a stop.
    /// Requires: a `onNotification` that returns quickly.
    /// Concurrency: `onNotification` is called from any thread, never by two threads at a time.
    func start(_ onNotification: @escaping @Sendable (JobNotification) -> Void) async
    /// Stops the loop and returns after the last call of `onNotification` has returned; at once without a start. Every
    /// call returns, also a second call.
    func stop() async
    /// True while hints come through, as far as the loop knows; false means the daemon relies on polling.
    var isListening: Bool { get }
    /// Delays after a hint at which the daemon polls again, because jobs committed shortly after a hint may send none.
    /// Empty when every commit sends a hint.
    var laterLooks: [Duration] { get }
    /// Liveness of the loop, watched by the daemon.
    var liveness: Liveness { get }
}

extension JobNotifier {
    /// Empty: every commit sends a hint.
    public var laterLooks: [Duration] { [] }
}
