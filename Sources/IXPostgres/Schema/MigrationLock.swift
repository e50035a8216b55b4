import IXStore

/// `MigrationLock` admits one migrator at a time, because many hosts may start at once.
///
/// The lock is a session's. Behind a pooler a session is lent to others between transactions, so there the lock is held
/// by a transaction on a connection of its own. That transaction runs no further statement and so holds no snapshot.
struct MigrationLock {
    private let link: PostgresLink
    private let isOfTransaction: Bool
    private let timeout: Duration

    /// Takes the lock. Throws `locked` at once when another migrator holds it.
    init(_ parameters: ConnectionParameters, isPooled: Bool, on session: PostgresLink) throws(StoreError) {
        (isOfTransaction, timeout) = (isPooled, parameters.callTimeout)
        do { link = isPooled ? try PostgresLink.connect(parameters) : session } catch {
            throw error.storeError("migrate")
        }
        if isPooled { try run("BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0") }
        let call = isPooled ? "pg_try_advisory_xact_lock" : "pg_try_advisory_lock"
        guard try run("SELECT \(call)(\(SchemaSQL.lockKey)) AS taken").first?.bool("taken") ?? false else {
            let holder = try run(Self.holder).first?.text("holder").map { ": \($0) holds its lock" } ?? ""
            throw StoreError(
                .locked, operation: "migrate", message: "another migration is under way\(holder)", storeCode: "55P03")
        }
    }

    /// Every role that may connect could hold the lock, so the holder is named.
    private static let holder = """
        SELECT format('pid %s (%s, role %s)', a.pid, coalesce(nullif(a.application_name, ''), 'a client'), a.usename) AS holder
          FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid AND a.datname = current_database()
         WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
           AND l.classid::bigint << 32 | l.objid::bigint = \(SchemaSQL.lockKey) LIMIT 1
        """

    /// Releases the lock. A lock that can't be released ends with its connection.
    func release() {
        let sql = isOfTransaction ? "ROLLBACK" : "SELECT pg_advisory_unlock(\(SchemaSQL.lockKey))"
        do { try run(sql) } catch _ {}
    }

    @discardableResult
    private func run(_ sql: String) throws(StoreError) -> PostgresRows {
        do { return try link.script(sql, by: Deadline(after: timeout)) } catch { throw error.storeError("migrate") }
    }
}
