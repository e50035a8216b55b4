public import IXStore

/// The job store on PostgreSQL.
public final class PostgresStore: JobStore {
    private let pool: PostgresPool
    private let mark = ClaimMark()
    private let lockWatch: LockWatch?
    public let place: String

    /// Connects at the first call, with `connections` at most.
    public init(_ parameters: ConnectionParameters, connections: Int) {
        pool = PostgresPool(parameters, size: connections)
        lockWatch = parameters.lockWatch
        place = parameters.place
    }

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
            throw StoreError(.fault, operation: "perform", message: "\(error)")
        }
    }

    public func transaction<Result: Sendable>(
        _ body: @escaping @Sendable (any JobOperations) throws -> Result
    ) async throws -> Result {
        try await pool.use(retrying: false) { link, parameters in
            try PostgresTransaction(link: link, timeout: parameters.callTimeout).run(body)
        }
    }

    public func close() async {
        pool.close()
        lockWatch?.close()
    }
}
