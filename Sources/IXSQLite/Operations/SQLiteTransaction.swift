import GRDB
import IXStore

/// BEGIN IMMEDIATE, the caller's body, COMMIT; ROLLBACK when the body throws.
struct SQLiteTransaction {
    private let open: OpenFile
    private let timeout: Duration

    init(_ open: OpenFile, _ timeout: Duration) {
        self.open = open
        self.timeout = timeout
    }

    func run<Value>(_ body: (any JobOperations) throws -> Value) throws -> Value {
        let mark = SQLiteOperations.TransactionMark()
        do {
            return try open.pool.writeWithoutTransaction { db in
                try CallDeadline.within(timeout) { try db.beginTransaction(.immediate) }
                do {
                    let value = try body(SQLiteOperations(db, mark, open.file, timeout))
                    guard !mark.hasFailed else {
                        throw StoreError(
                            .internal, operation: "transaction", message: "a statement of the transaction had failed")
                    }
                    try CallDeadline.within(timeout) { try db.commit() }
                    return value
                } catch {
                    if db.isInsideTransaction { try db.rollback() }
                    throw error
                }
            }
        } catch let error as DatabaseError {
            throw StoreError(error, operation: "transaction").naming(open.file)
        }
    }
}
