import IXCore
package import IXStore

/// Brings a database to this program's schema, and back to the original table.
///
/// Guarantees: migrations and functions are one transaction, so a failure leaves the schema unchanged. Indexes over
/// rows follow beside writers; after an interruption the next call builds the rest, and no daemon starts before. Calls
/// from many hosts at once are safe. A newer schema is refused, and a schema whose applied migrations differ from this
/// program's.
package struct PostgresMigrator: Sendable {
    /// The schema version of this program.
    package static var newestVersion: Int { SchemaCatalogue.current.newest }

    private let connection: PostgresConnection
    private let catalogue: SchemaCatalogue
    private let isPooled: Bool

    /// Makes a migrator; the first call connects. `callTimeout` bounds each statement; the default leaves time for an
    /// index over a large existing table.
    package init(_ parameters: ConnectionParameters, callTimeout: Duration = .seconds(1800)) {
        self.init(parameters, callTimeout: callTimeout, catalogue: .current)
    }

    init(
        _ parameters: ConnectionParameters, callTimeout: Duration = .seconds(1800), catalogue: SchemaCatalogue
    ) {
        var patient = parameters
        // No session settings, because an index over an existing table may take longer than a daemon's call may.
        patient.isPrepared = false
        patient.callTimeout = callTimeout
        connection = PostgresConnection(patient)
        isPooled = !parameters.isPrepared
        self.catalogue = catalogue
    }

    /// The SQL that `up` runs on a database without ix-worker, for psql.
    package static var upScript: String { SchemaCatalogue.current.upScript }
    /// The SQL that `down` runs, for psql.
    package static var downScript: String { SchemaCatalogue.current.downScript }

    /// The SQL that grants each role the least rights, for psql.
    package static var rolesScript: String { SQLFile.text("roles") }

    /// Applies the missing migrations, changed functions and missing indexes. Waits up to `timeout` for tables in use
    /// and for another migrator. Refused while a daemon runs that the new schema wouldn't serve.
    package func up(timeout: Duration = .seconds(60)) async throws(StoreError) -> SchemaChanges {
        var changes = try await whenUnlocked(timeout) { session throws(StoreError) in
            try session.transaction { () throws(StoreError) in try session.up() }
        }
        changes.indexes += try await whenUnlocked(timeout) { session throws(StoreError) in
            try session.buildIndexes()
        }
        return changes
    }

    /// Takes away what only older daemons use, and returns the versions of the migrations concerned. Refused while such
    /// a daemon holds a lease.
    package func finish(timeout: Duration = .seconds(60)) async throws(StoreError) -> [Int] {
        try await whenUnlocked(timeout) { session throws(StoreError) in
            try session.transaction { () throws(StoreError) in try session.finish() }
        }
    }

    /// Builds the index by which other code beside ix-worker finds the next job (`status = 'pending' ORDER BY
    /// created_at`), or drops the index. Returns false when nothing was to do. Builds and drops beside writers; while the
    /// index is there, an end costs the server about a tenth more.
    package func keepBeside(_ isKept: Bool, timeout: Duration = .seconds(60)) async throws(StoreError) -> Bool {
        try await whenUnlocked(timeout) { session throws(StoreError) in try session.keepBeside(isKept) }
    }

    /// Restores the original table: jobs and their original columns stay. Refused while a daemon holds a lease, unless
    /// `forced`. Returns false when no schema was installed.
    package func down(forced: Bool = false, timeout: Duration = .seconds(60)) async throws(StoreError) -> Bool {
        try await whenUnlocked(timeout) { session throws(StoreError) in
            try session.transaction { () throws(StoreError) in try session.down(forced: forced) }
        }
    }

    /// Throws unless a daemon of this program may run on the schema.
    package func check() async throws(StoreError) {
        try await whenUnlocked(.zero, locking: false) { session throws(StoreError) in
            try session.transaction { () throws(StoreError) in try session.check() }
        }
    }

    /// Returns the queue's tables of which row security may hide rows from this role without an error.
    package func tablesWithRowSecurity() async throws(StoreError) -> [String] {
        try await whenUnlocked(.zero, locking: false) { session throws(StoreError) in
            try session.run(Examination.privileges.sql).all.compactMap { $0.text("hidden") }
        }
    }

    /// Returns the weaknesses of an adopted table; empty for a table that the migration created.
    package func limps() async throws(StoreError) -> [String] {
        try await whenUnlocked(.zero, locking: false) { session throws(StoreError) in
            try session.run(Examination.table.sql).map { $0.string("limp") }
        }
    }

    package func close() async { connection.close() }

    /// Runs `body` under the migration lock, and again until `timeout` ends while another migrator or another
    /// transaction holds what it needs.
    private func whenUnlocked<Value: Sendable>(
        _ timeout: Duration, locking: Bool = true,
        _ body: @escaping @Sendable (MigrationSession) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        let end = ContinuousClock.now + timeout
        var backoff = Backoff()
        while true {
            do {
                return try await once(locking: locking, body)
            } catch let error where ["55P03", "40P01"].contains(error.storeCode) && ContinuousClock.now < end {
                // ignored: a cancelled wait only shortens the pause
                try? await Task.sleep(for: backoff.next())
            }
        }
    }

    private func once<Value: Sendable>(
        locking: Bool, _ body: @escaping @Sendable (MigrationSession) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        do {
            return try await connection.use(retrying: false) { [catalogue, isPooled] link, parameters in
                let session = MigrationSession(link: link, timeout: parameters.callTimeout, catalogue: catalogue)
                // A pooler may lend the session to others.
                if !isPooled { try session.run(SchemaSQL.session) }
                guard locking else { return try body(session) }
                let lock = try MigrationLock(parameters, isPooled: isPooled, on: link)
                defer { lock.release() }
                return try body(session)
            }
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(.internal, operation: "migrate", message: "\(error)")
        }
    }
}
