import IXCore
public import IXStore

/// Brings a database to this program's schema, and back to the original table.
///
/// Guarantees: each call is one transaction, so a failure leaves the schema unchanged. Calls from many hosts at once
/// are safe. A newer schema is refused, and a schema whose applied migrations differ from this program's.
public struct PostgresMigrator: Sendable {
    /// The schema version of this program.
    public static var newestVersion: Int { Migration.newest }

    private let connection: PostgresConnection

    /// Makes a migrator; the first call connects. `callTimeout` bounds each statement; the default leaves time for an
    /// index over a large existing table.
    public init(_ parameters: ConnectionParameters, callTimeout: Duration = .seconds(1800)) {
        var patient = parameters
        // No session settings, because an index over an existing table may take longer than a daemon's call may.
        patient.isPrepared = false
        patient.callTimeout = callTimeout
        connection = PostgresConnection(patient)
    }

    /// The SQL that `up` runs on a database without ix-worker, for psql.
    public static var upScript: String { MigrationSQL.upScript }
    /// The SQL that `down` runs, for psql.
    public static var downScript: String { MigrationSQL.downScript }

    /// The SQL that grants each role the least rights, for psql.
    public static var rolesScript: String { SQLFile.text("roles") }

    /// Applies the missing migrations, and returns their versions. Waits up to `timeout` for tables in use.
    public func up(timeout: Duration = .seconds(60)) async throws(StoreError) -> [Int] {
        try await whenUnlocked(timeout) { session throws(StoreError) in
            try session.checkEncoding()
            try session.run(MigrationSQL.table)
            let applied = try session.applied()
            let missing = Migration.all.filter { applied[$0.version] == nil }
            for migration in missing {
                try session.run(migration.up)
                try session.run(MigrationSQL.note(migration))
            }
            return missing.map(\.version)
        }
    }

    /// Restores the original table: jobs and their original columns stay. Refused while a daemon holds a lease, unless
    /// `forced`. Returns false when no schema was installed.
    public func down(forced: Bool = false, timeout: Duration = .seconds(60)) async throws(StoreError) -> Bool {
        try await whenUnlocked(timeout) { session throws(StoreError) in
            guard try session.isInstalled() else { return false }
            _ = try session.applied()  // ignored: throws when the schema isn't this program's to undo
            let daemons = try session.count(MigrationSQL.liveDaemons)
            guard forced || daemons == 0 else {
                throw StoreError(
                    .schema, operation: "migrate",
                    message: "\(daemons) daemon(s) are running; stop them first, or use --force")
            }
            for migration in Migration.all.reversed() { try session.run(migration.down) }
            try session.run("DROP TABLE ix_schema_migrations")
            return true
        }
    }

    /// Throws unless the schema is this program's version exactly.
    public func check() async throws(StoreError) {
        let version = try await whenUnlocked(.zero, locking: false) { session throws(StoreError) in
            try session.checkEncoding()
            return try session.isInstalled() ? try session.applied().keys.max() ?? 0 : 0
        }
        guard version == Migration.newest else {
            throw StoreError(
                .schema, operation: "check",
                message: "the database has schema version \(version), this program needs \(Migration.newest): "
                    + "run `ix-worker migrate`")
        }
    }

    /// Returns the queue's tables of which row security may hide rows from this role without an error.
    public func tablesWithRowSecurity() async throws(StoreError) -> [String] {
        try await whenUnlocked(.zero, locking: false) { session throws(StoreError) in
            try session.run(Examination.privileges.sql).all.compactMap { $0.text("hidden") }
        }
    }

    /// Returns the weaknesses of an adopted table; empty for a table that the migration created.
    public func limps() async throws(StoreError) -> [String] {
        try await whenUnlocked(.zero, locking: false) { session throws(StoreError) in
            try session.run(Examination.table.sql).map { $0.string("limp") }
        }
    }

    public func close() async { connection.close() }

    /// Runs a transaction under the migration lock, and again until `timeout` ends while another transaction holds a
    /// needed table.
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
            return try await connection.use(retrying: false) { link, parameters in
                try PostgresTransaction(link: link, timeout: parameters.callTimeout).run { _ in
                    let session = MigrationSession(link: link, timeout: parameters.callTimeout)
                    if locking { try session.lock() }
                    return try body(session)
                }
            }
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(.internal, operation: "migrate", message: "\(error)")
        }
    }
}
