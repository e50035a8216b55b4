import IXStore

/// The indexes of tables that may have rows. An index over rows is built beside writers and outside any transaction; a
/// build that was interrupted leaves an invalid index, which is dropped and built again.
extension MigrationSession {
    private enum State { case valid, invalid, missing }

    /// Returns the names of indexes that are missing or invalid.
    func unbuiltIndexes() throws(StoreError) -> [String] {
        var names: [String] = []
        for index in catalogue.indexes where try state(of: index) != .valid { names.append(index.name) }
        return names
    }

    /// Builds the missing indexes of tables without rows, inside the transaction that made the tables. Returns their
    /// names.
    func buildIndexesOfEmptyTables() throws(StoreError) -> [String] {
        var built: [String] = []
        for index in catalogue.indexes where try state(of: index) == .missing {
            guard try run("SELECT 1 FROM \(index.table) LIMIT 1").count == 0 else { continue }
            try run(index.text)
            built.append(index.name)
        }
        return built
    }

    /// Builds the missing and invalid indexes beside writers, and returns their names. Requires: no transaction is open.
    func buildIndexes() throws(StoreError) -> [String] {
        var built: [String] = []
        for index in catalogue.indexes where try build(index) { built.append(index.name) }
        return built
    }

    /// Builds the index by which other code's claims find the next job, or drops the index. Returns false when nothing
    /// was to do. Requires: no transaction is open.
    func keepBeside(_ isKept: Bool) throws(StoreError) -> Bool {
        let index = SchemaCatalogue.Index.beside
        if isKept { return try build(index) }
        guard try state(of: index) != .missing else { return false }
        try run("DROP INDEX CONCURRENTLY IF EXISTS \(index.name)")
        return true
    }

    private func build(_ index: SchemaCatalogue.Index) throws(StoreError) -> Bool {
        let state = try state(of: index)
        guard state != .valid else { return false }
        if state == .invalid { try run("DROP INDEX CONCURRENTLY IF EXISTS \(index.name)") }
        try run(index.concurrentText)
        return true
    }

    private func state(of index: SchemaCatalogue.Index) throws(StoreError) -> State {
        let rows = try run(
            """
            SELECT i.indisvalid AND i.indisready AS valid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
             WHERE c.relname = '\(index.name)' AND c.relnamespace = quote_ident(current_schema())::regnamespace
            """)
        guard let row = rows.first else { return .missing }
        return row.bool("valid") ? .valid : .invalid
    }
}

extension SchemaCatalogue.Index {
    /// The index of `ix-worker migrate --beside`, for code that claims by `status = 'pending' ORDER BY created_at`. No index
    /// of the catalogue names status, because each that does makes every end of a job write the index.
    static let beside = Self(
        name: "ix_jobs_beside", text: "CREATE INDEX ix_jobs_beside ON ix_jobs (created_at) WHERE status = 'pending'")
}
