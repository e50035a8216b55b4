import IXStore

/// The migrator's hold on the database inside one transaction.
struct MigrationSession {
    let link: PostgresLink
    let timeout: Duration

    func lock() throws(StoreError) {
        try run(MigrationSQL.impatience)
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

    /// Documents hold any character, which only one encoding has; SQL_ASCII would take them unread.
    func checkEncoding() throws(StoreError) {
        let encoding = try run(MigrationSQL.encoding).first?.text(at: 0) ?? ""
        guard encoding == "UTF8" else {
            throw refusal(
                "the database's encoding is \(encoding), and documents need UTF8: "
                    + "CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0, and restore into that")
        }
    }

    /// Versions in the database with their checksums; throws when this program must not touch them.
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
            throw refusal("migration \(migration.version) in the database is not the one this program knows")
        }
        return applied
    }

    private func refusal(_ message: String) -> StoreError {
        StoreError(.schema, operation: "migrate", message: message)
    }
}

extension StoreError {
    /// Of what a migration's own statements can be refused for: all that isn't the server's state is what stands there already.
    fileprivate var isOfSchema: Bool {
        switch code {
        case .fault, .invalidInput, .unreadable: true
        default: false
        }
    }
}
