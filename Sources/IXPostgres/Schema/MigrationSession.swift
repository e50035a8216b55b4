import IXStore

/// A migrator's session: the statements of a migration.
struct MigrationSession {
    let link: PostgresLink
    let timeout: Duration
    let catalogue: SchemaCatalogue

    @discardableResult
    func run(_ sql: String) throws(StoreError) -> PostgresRows {
        do { return try link.script(sql, by: Deadline(after: timeout)) } catch {
            let error = error.storeError("migrate")
            guard error.isOfSchema else { throw error }
            throw StoreError(.schema, operation: error.operation, message: error.message, storeCode: error.storeCode)
        }
    }

    /// Runs `body` in a transaction, which waits for no table longer than 3 s.
    func transaction<Value>(_ body: () throws(StoreError) -> Value) throws(StoreError) -> Value {
        try run(SchemaSQL.begin)
        let value: Value
        do {
            try run(SchemaSQL.lockTimeout)
            try checkPath()
            try run(SchemaSQL.settings)
            value = try body()
        } catch {
            // After a failed rollback the connection isn't reusable; dropping the connection rolls back, too.
            do { try run("ROLLBACK") } catch _ {}
            throw error
        }
        try run("COMMIT")
        return value
    }

    func isInstalled() throws(StoreError) -> Bool { try run(SchemaSQL.exists).first?.bool("there") ?? false }

    func count(_ sql: String) throws(StoreError) -> Int { try run(sql).first?.text(at: 0).flatMap(Int.init) ?? 0 }

    /// Refuses a search_path without a schema, whose tables would stand nowhere.
    private func checkPath() throws(StoreError) {
        guard try run(SchemaSQL.schema).first?.text(at: 0) == nil else { return }
        throw refusal(
            "search_path names no schema that exists and that this role may use: CREATE SCHEMA …, or GRANT USAGE ON SCHEMA … TO …, "
                + "or ALTER DATABASE … SET search_path = …")
    }

    /// Refuses an encoding other than UTF8. Documents hold any character, which only UTF8 can store; SQL_ASCII would
    /// store bytes without a check.
    func checkEncoding() throws(StoreError) {
        let encoding = try run(SchemaSQL.encoding).first?.text(at: 0) ?? ""
        guard encoding == "UTF8" else {
            throw refusal(
                "the database's encoding is \(encoding), and documents need UTF8: "
                    + "CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0, and restore into that")
        }
    }

    /// Returns the plan for the database's notes.
    func plan() throws(StoreError) -> SchemaPlan {
        catalogue.plan(
            try run(SchemaSQL.applied).map { row in
                SchemaPlan.Applied(
                    version: row.int("version"), checksum: row.string("checksum"),
                    oldestDaemon: row.int("oldest_daemon"), isFinished: row.bool("finished"))
            })
    }

    /// Refuses a schema that would no longer serve a daemon which holds a lease.
    func refuseOlderDaemons(than number: Int) throws(StoreError) {
        let daemons = try count(SchemaSQL.daemons(below: number))
        guard daemons == 0 else {
            throw refusal(
                "\(daemons) daemon(s) older than schema version \(number) are running; stop or upgrade them first")
        }
    }

    /// Applies the functions whose text has changed, and returns their names.
    func applyFunctions() throws(StoreError) -> [String] {
        let noted = try notes()
        let stale = catalogue.functions.filter { noted[$0.name] != $0.checksum }
        guard !stale.isEmpty else { return [] }
        try run(SchemaSQL.refuseForeign(stale))
        for function in stale {
            try run(noted[function.name] == nil ? function.text : SchemaSQL.replace(function))
        }
        try run(SchemaSQL.note(stale))
        return stale.map(\.name)
    }

    /// Describes tables and columns anew when a text has changed. A description is no change of the schema, so callers
    /// don't hear of it.
    func applyDescriptions() throws(StoreError) {
        let descriptions = catalogue.descriptions
        guard try notes()[descriptions.name] != descriptions.checksum else { return }
        try run(descriptions.text)
        try run(SchemaSQL.noteDescriptions(descriptions))
    }

    /// Returns the checksums of what is applied, by name.
    private func notes() throws(StoreError) -> [String: String] {
        Dictionary(try run(SchemaSQL.objects).map { ($0.string("name"), $0.string("checksum")) }) { first, _ in first }
    }

    func refusal(_ message: String) -> StoreError { StoreError(.schema, operation: "migrate", message: message) }
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
