import IXConcurrency
package import IXStore
package import IXTelemetry
package import Logging

/// The job store on PostgreSQL.
package final class PostgresStore: JobStore {
    private let pool: PostgresPool
    let view: QueueView
    private let lockWatch: LockWatch?
    private let upkeepSettings: Locked<PostgresUpkeep>
    private let meters: StoreMeters?
    /// The log of the store's duties.
    let logger: Logger
    /// The database's address for people, without secrets.
    package let location: String

    /// Makes a store with at most `connections` connections; the first call connects.
    ///
    /// - Parameter lockWatch: cancels calls that wait for another transaction's lock; a daemon has a single watch. Nil:
    ///   such a call waits until its deadline.
    /// - Parameter upkeep: the times of the sweep and of the store's duties.
    /// - Parameter meters: measures the calls; nil for none.
    /// - Parameter signs: shared by the stores of a daemon, so that the looks and ends of one wake the duties of the other.
    /// - Parameter logger: the log of the store's duties; by default their messages are lost.
    package init(
        _ parameters: ConnectionParameters, connections: Int, lockWatch: LockWatch? = nil,
        upkeep: PostgresUpkeep = PostgresUpkeep(), meters: StoreMeters? = nil,
        signs: WorkSigns = WorkSigns(),
        logger: Logger = Logger(label: "ix.store") { _ in SwiftLogNoOpLogHandler() }
    ) {
        var watched = parameters
        if let lockWatch { watched.interruptBlocked = { lockWatch.interrupt($0) } }
        // A failover breaks every connection, and may have lost the declaration of a list. A pooler hides a failover.
        let view = QueueView(readsAhead: parameters.isPrepared, signs: signs)
        watched.onConnect = { view.candidates?.distrust() }
        self.view = view
        pool = PostgresPool(watched, size: connections)
        self.lockWatch = lockWatch
        self.meters = meters
        self.logger = logger
        upkeepSettings = Locked(upkeep)
        location = parameters.location
    }

    /// Runs `body` on a free connection, and up to four more times after a deadlock or serialization failure. Waits for
    /// a connection first come first served.
    package func perform<Result: Sendable>(
        _ body: @escaping @Sendable (any JobOperations) throws -> Result
    ) async throws(StoreError) -> Result {
        try await operate { try body($0) }
    }

    nonisolated(nonsending) package func performHere<Result: Sendable>(
        _ body: @escaping @Sendable (any JobOperations) throws -> Result
    ) async throws(StoreError) -> Result {
        try await operate { try body($0) }
    }

    /// Runs `body` as `perform` does, with the operations that only PostgreSQL has.
    nonisolated(nonsending) func operate<Result: Sendable>(
        retrying: Bool = true, _ body: @escaping @Sendable (PostgresOperations) throws -> Result
    ) async throws(StoreError) -> Result {
        let unleasedAfter = upkeepTimes.unleasedAfter
        do {
            return try await pool.use(retrying: retrying) { [view, meters] link, parameters in
                try body(
                    PostgresOperations(
                        link: link, timeout: parameters.callTimeout, view: view, unleasedAfter: unleasedAfter,
                        meters: meters, isOfStandby: parameters.leadsToStandby))
            }
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(.internal, operation: "perform", message: "\(error)")
        }
    }

    /// Runs `body` in one transaction, once. Throws when a statement of the body failed, even if the body caught the
    /// error.
    package func transaction<Result: Sendable>(
        _ body: @escaping @Sendable (any JobOperations) throws -> Result
    ) async throws -> Result {
        let unleasedAfter = upkeepTimes.unleasedAfter
        return try await pool.use(retrying: false) { [meters] link, parameters in
            try PostgresTransaction(
                link: link, timeout: parameters.callTimeout, unleasedAfter: unleasedAfter, meters: meters
            ).run(body)
        }
    }

    /// The connections of the store.
    package var connections: ConnectionCounts? { pool.counts }

    /// The times of the store's upkeep; a reload sets them.
    package var upkeepTimes: PostgresUpkeep {
        get { upkeepSettings.value }
        set { upkeepSettings.value = newValue }
    }

    /// Closes idle connections at once, and connections in use after their call.
    package func close() async {
        pool.close()
        lockWatch?.close()
    }
}
