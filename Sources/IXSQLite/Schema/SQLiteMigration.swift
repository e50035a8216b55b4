import GRDB
import IXStore

/// The file's schema: created with the file, and brought up to date when the file is opened. A foreign table is never
/// adopted.
enum SQLiteMigration {
    /// Applies the missing migrations and changed objects, in a single transaction. Calls from several processes at
    /// once are safe.
    static func up(_ pool: DatabasePool, to catalogue: SQLiteCatalogue = .current) throws {
        if try pool.read({ try isUpToDate($0, catalogue) }) { return }
        try pool.writeWithoutTransaction { db in
            try db.inTransaction(.immediate) {
                // Another process may have been faster.
                if try !isUpToDate(db, catalogue) { try migrate(db, to: catalogue) }
                return .commit
            }
        }
    }

    /// True when there is nothing to do. Throws when this program must neither change nor use the file.
    private static func isUpToDate(_ db: Database, _ catalogue: SQLiteCatalogue) throws -> Bool {
        guard try isOurs(db) else { return false }
        let plan = try plan(db, catalogue)
        if plan.isNewer {
            try plan.checkStart()
            return true
        }
        return try plan.missing().isEmpty && stale(db, catalogue).isEmpty
    }

    /// False for a new file. Throws for the file of another program.
    private static func isOurs(_ db: Database) throws -> Bool {
        let owner = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        if owner == SQLiteFile.applicationID { return true }
        let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
        guard owner == 0, tables == 0 else {
            throw StoreError(.schema, operation: "open", message: "the file is a database of another program")
        }
        return false
    }

    private static func plan(_ db: Database, _ catalogue: SQLiteCatalogue) throws -> SchemaPlan {
        let sql = "SELECT version, checksum, oldest_daemon, finished_at IS NOT NULL FROM ix_schema_migrations"
        return catalogue.plan(
            try Row.fetchAll(db, sql: sql).map { row in
                SchemaPlan.Applied(version: row[0], checksum: row[1], oldestDaemon: row[2], isFinished: row[3])
            })
    }

    private static func stale(_ db: Database, _ catalogue: SQLiteCatalogue) throws -> [SQLiteCatalogue.Object] {
        let rows = try Row.fetchAll(db, sql: "SELECT name, checksum FROM ix_schema_objects")
        let noted = Dictionary(rows.map { ($0[0] as String, $0[1] as String) }) { first, _ in first }
        return catalogue.objects.filter { noted[$0.name] != $0.checksum }
    }

    /// Runs the missing migrations. All objects are away meanwhile, so that no migration meets a trigger or a view that
    /// names what the migration changes.
    private static func migrate(_ db: Database, to catalogue: SQLiteCatalogue) throws {
        if try !isOurs(db) { try db.execute(sql: SQLiteCatalogue.tables) }
        let missing = Set(try plan(db, catalogue).missing().map(\.version))
        let objects = missing.isEmpty ? try stale(db, catalogue) : catalogue.objects
        for object in objects { try db.execute(sql: object.drop) }
        for migration in catalogue.migrations where missing.contains(migration.version) {
            try db.execute(sql: migration.up)
            try db.execute(sql: SQLiteCatalogue.note(migration.step))
        }
        for object in objects {
            try db.execute(sql: object.text)
            try db.execute(sql: object.note)
        }
    }
}
