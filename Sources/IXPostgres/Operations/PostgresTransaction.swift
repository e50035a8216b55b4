import IXStore
import IXTelemetry

/// BEGIN, the caller's body, COMMIT; ROLLBACK when the body throws.
struct PostgresTransaction {
    let link: PostgresLink
    let timeout: Duration
    var unleasedAfter = PostgresUpkeep().unleasedAfter
    var meters: StoreMeters?

    func run<Value>(_ body: (any JobOperations) throws -> Value) throws -> Value {
        try perform {
            try body(
                PostgresOperations(
                    link: link, timeout: timeout, view: QueueView(readsAhead: false, admits: false),
                    unleasedAfter: unleasedAfter,
                    meters: meters))
        }
    }

    /// Runs `body` between `begin` and the commit; `begin` may take `limit`, where that is shorter than the timeout.
    func perform<Value>(
        begin: String = "BEGIN", within limit: Duration? = nil, _ body: () throws -> Value
    ) throws -> Value {
        try script(begin, within: min(limit ?? timeout, timeout))
        let value: Value
        do { value = try body() } catch {
            // After a failed rollback the connection isn't reusable; dropping the connection rolls back, too.
            do { try script("ROLLBACK") } catch _ {}
            throw error
        }
        // The server answers COMMIT with a rollback when the body caught the error of a failed statement.
        guard try script("COMMIT") == "COMMIT" else {
            throw StoreError(.internal, operation: "transaction", message: "a statement of the transaction had failed")
        }
        return value
    }

    @discardableResult
    private func script(_ sql: String, within limit: Duration? = nil) throws(StoreError) -> String {
        do { return try link.script(sql, by: Deadline(after: limit ?? timeout)).commandTag } catch {
            throw error.storeError("transaction")
        }
    }
}
