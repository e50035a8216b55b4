public import IXStore

/// The job store on PostgreSQL.
public final class PostgresStore: JobStore {
    private let pool: PostgresPool
    private let mark = ClaimMark()
    private let lockWatch: LockWatch?
    /// The database's address for people, without secrets.
    public let location: String

    /// Makes a store with at most `connections` connections; the first call connects.
    ///
    /// - Parameter lockWatch: cancels calls that wait for another transaction's lock; a daemon has a single watch. Nil:
    ///   such a call waits until its deadline.
    public init(_ parameters: ConnectionParameters, connections: Int, lockWatch: LockWatch? = nil) {
        var watched = parameters
        if let lockWatch { watched.interruptBlocked = { lockWatch.interrupt($0) } }
        pool = PostgresPool(watched, size: connections)
        self.lockWatch = lockWatch
        location = parameters.location
    }

    /// Runs `body` on a free connection, and up to four more times after a deadlock or serialization failure. Waits for
    /// a connection first come first served.
    public func perform<Result: Sendable>(
        _ body: @escaping @Sendable (any JobOperations) throws -> Result
    ) async throws(StoreError) -> Result {
        do {
            return try await pool.use(retrying: true) { [mark] link, parameters in
                try body(PostgresOperations(link: link, timeout: parameters.callTimeout, mark: mark))
            }
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(.internal, operation: "perform", message: "\(error)")
        }
    }

    /// Runs `body` in one transaction, once. Throws when a statement of the body failed, even if the body caught the
    /// error.
    public func transaction<Result: Sendable>(
        _ body: @escaping @Sendable (any JobOperations) throws -> Result
    ) async throws -> Result {
        try await pool.use(retrying: false) { link, parameters in
            try PostgresTransaction(link: link, timeout: parameters.callTimeout).run(body)
        }
    }

    /// Closes idle connections at once, and connections in use after their call.
    public func close() async {
        pool.close()
        lockWatch?.close()
    }
}
