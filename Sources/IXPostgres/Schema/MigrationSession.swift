import IXStore

/// A migrator's session: the statements of a migration inside a transaction.
struct MigrationSession {
    let link: PostgresLink
    let timeout: Duration

    func lock() throws(StoreError) {
        try run(MigrationSQL.lockTimeout)
        try run(MigrationSQL.lock)
    }

    @discardableResult
    func run(_ sql: String) throws(StoreError) -> PostgresRows {
        do { return try link.script(sql, by: Deadline(after: timeout)) } catch {
            let error = error.storeError("migrate")
            guard error.isOfSchema else { throw error }
            throw StoreError(.schema, operation: error.operation, message: error.message, storeCode: error.storeCode)
        }
    }

    func isInstalled() throws(StoreError) -> Bool { try run(MigrationSQL.exists).first?.bool("there") ?? false }

    func count(_ sql: String) throws(StoreError) -> Int { try run(sql).first?.text(at: 0).flatMap(Int.init) ?? 0 }

    /// Refuses an encoding other than UTF8. Documents hold any character, which only UTF8 can store; SQL_ASCII would
    /// store bytes without a check.
    func checkEncoding() throws(StoreError) {
        let encoding = try run(MigrationSQL.encoding).first?.text(at: 0) ?? ""
        guard encoding == "UTF8" else {
            throw refusal(
                "the database's encoding is \(encoding), and documents need UTF8: "
                    + "CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0, and restore into that")
        }
    }

    /// Returns the applied versions with their checksums. Throws when this program must not change the schema.
    func applied() throws(StoreError) -> [Int: String] {
        let rows = try run(MigrationSQL.applied).map { ($0.int("version"), $0.string("checksum")) }
        let applied = Dictionary(uniqueKeysWithValues: rows)
        if let newest = applied.keys.max(), newest > Migration.newest {
            throw refusal(
                "the database has schema version \(newest), newer than \(Migration.newest), the newest this program knows"
            )
        }
        for migration in Migration.all {
            guard let checksum = applied[migration.version], checksum != migration.checksum else { continue }
            throw refusal("migration \(migration.version) in the database differs from this program's migration")
        }
        return applied
    }

    private func refusal(_ message: String) -> StoreError {
        StoreError(.schema, operation: "migrate", message: message)
    }
}

extension StoreError {
    /// True for an error that comes from the existing schema rather than from the state of the server.
    fileprivate var isOfSchema: Bool {
        switch code {
        case .internal, .invalidInput, .unreadable: true
        default: false
        }
    }
}
