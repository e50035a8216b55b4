import IXStore

/// BEGIN, the caller's body, COMMIT; ROLLBACK when it throws.
struct PostgresTransaction {
    let link: PostgresLink
    let timeout: Duration

    func run<Value>(_ body: (any JobOperations) throws -> Value) throws -> Value {
        try script("BEGIN")
        let value: Value
        do {
            value = try body(PostgresOperations(link: link, timeout: timeout, mark: ClaimMark()))
        } catch {
            // A rollback that fails leaves a connection that isn't reusable; it is dropped, which rolls back too.
            do { try script("ROLLBACK") } catch _ {}
            throw error
        }
        // After a failed statement that the body swallowed, the server answers COMMIT with a rollback.
        guard try script("COMMIT") == "COMMIT" else {
            throw StoreError(.fault, operation: "transaction", message: "a statement of the transaction had failed")
        }
        return value
    }

    @discardableResult
    private func script(_ sql: String) throws(StoreError) -> String {
        do { return try link.script(sql, by: Deadline(after: timeout)).commandTag } catch {
            throw error.storeError("transaction")
        }
    }
}
