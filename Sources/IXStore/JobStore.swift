/// The seam between the engine and a database: everything ix-worker knows about jobs goes through it.
///
/// Guarantees: every operation is atomic; a worker's write changes nothing unless its attempt still holds the job.
/// Concurrency: safe from any task; a call suspends and never blocks the caller's thread.
/// Failure: throws `StoreError`; `isTransient` is true when the call may succeed later. Every call ends by its
/// deadline.
package protocol JobStore: Sendable {
    /// Runs `body` on one connection, each operation in a transaction of its own.
    ///
    /// Requires: one unit of work in `body`, because the store may run `body` again after a deadlock or a serialization
    /// failure, up to four more times.
    func perform<Result: Sendable>(
        _ body: @escaping @Sendable (any JobOperations) throws -> Result
    ) async throws(StoreError) -> Result

    /// Runs `body` as `perform` does, without a change of place: a call that blocks holds the caller's actor.
    ///
    /// Requires: an actor on a queue of its own that no other task waits for, as a worker is.
    nonisolated(nonsending) func performHere<Result: Sendable>(
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

    /// The connections of the store; nil for a store without a pool.
    var connections: ConnectionCounts? { get }

    /// Upkeep that only this kind of store needs, for the engine of a daemon to run in its duty loops. Each call makes
    /// new duties; an engine asks once.
    var duties: [any StoreDuty] { get }

    /// The store's location, for people: `PostgreSQL at host:port/dbname` or the path of the file. Contains no secrets.
    var location: String { get }

    /// Closes all connections. Later calls fail with `.unavailable`.
    func close() async
}

/// The connections of a store at a moment.
package struct ConnectionCounts: Sendable, Equatable {
    /// Connections in use.
    package let busy: Int
    /// Connections without a call.
    package let idle: Int
    /// Calls that wait for a connection.
    package let waiting: Int

    /// Creates the counts from those of a pool.
    package init(_ counts: (busy: Int, idle: Int, waiting: Int)) {
        (busy, idle, waiting) = counts
    }
}

extension JobStore {
    /// Empty: the default for a store without upkeep of its own.
    package var duties: [any StoreDuty] { [] }

    /// Nil.
    package var connections: ConnectionCounts? { nil }

    /// `perform`, for a store whose calls run on a queue of the store's own.
    nonisolated(nonsending) package func performHere<Result: Sendable>(
        _ body: @escaping @Sendable (any JobOperations) throws -> Result
    ) async throws(StoreError) -> Result {
        try await perform(body)
    }
}

/// A store as a single role sees it: callers get the operations of the role and no others.
///
/// Guarantees, Concurrency, Failure: as in `JobStore.perform`.
package struct RoleStore<Role>: Sendable {
    private let store: any JobStore
    private let narrow: @Sendable (any JobOperations) -> Role

    fileprivate init(_ store: any JobStore, _ narrow: @escaping @Sendable (any JobOperations) -> Role) {
        self.store = store
        self.narrow = narrow
    }

    /// Runs `body` as `JobStore.perform` does, with the operations of the role.
    package func perform<Result: Sendable>(
        _ body: @escaping @Sendable (Role) throws -> Result
    ) async throws(StoreError) -> Result {
        try await store.perform { [narrow] in try body(narrow($0)) }
    }

    /// Runs `body` as `JobStore.performHere` does, with the operations of the role.
    nonisolated(nonsending) package func performHere<Result: Sendable>(
        _ body: @escaping @Sendable (Role) throws -> Result
    ) async throws(StoreError) -> Result {
        try await store.performHere { [narrow] in try body(narrow($0)) }
    }
}

extension JobStore {
    /// The store as a reader sees it.
    package var reading: RoleStore<any JobReading> { RoleStore(self) { $0 } }
    /// The store as a worker sees it.
    package var execution: RoleStore<any JobExecution> { RoleStore(self) { $0 } }
    /// The store as a daemon's duties see it.
    package var upkeep: RoleStore<any JobUpkeep> { RoleStore(self) { $0 } }
    /// The store as callback delivery sees it.
    /// The operations of the history.
    package var history: RoleStore<any HistoryRecords> { RoleStore(self) { $0 } }
    package var outbox: RoleStore<any CallbackOutbox> { RoleStore(self) { $0 } }
}
