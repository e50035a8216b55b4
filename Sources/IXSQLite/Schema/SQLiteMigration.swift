import GRDB
import IXStore

/// The file's schema: created with the file, and brought up to date when the file is opened. A foreign table is never
/// adopted.
enum SQLiteMigration {
    static let newest = 1
    private static let name = "0001"

    /// Applies the missing migrations, in a single transaction. Calls from several processes at once are safe.
    static func up(_ pool: DatabasePool) throws {
        if try pool.read({ try version($0) }) == newest { return }
        try pool.writeWithoutTransaction { db in
            try db.inTransaction(.immediate) {
                // Another process may have been faster.
                if try version(db) == 0 { try create(db) }
                return .commit
            }
        }
    }

    /// Returns the version in the file. Throws when this program must not change the file.
    static func version(_ db: Database) throws -> Int {
        let owner = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
        guard owner == OpenFile.applicationID else {
            guard owner == 0, tables == 0 else { throw refusal("is a database of another program") }
            return 0
        }
        let applied = try Row.fetchAll(db, sql: "SELECT version, checksum FROM ix_schema_migrations ORDER BY version")
        let version: Int = applied.last?["version"] ?? 0
        guard version <= newest else {
            throw refusal("has schema version \(version), newer than \(newest), the newest this program knows")
        }
        guard applied.first?["checksum"] == checksum else {
            throw refusal("has a migration 1 that differs from this program's migration")
        }
        return version
    }

    /// All SQL that is run on a new file, for the sqlite3 shell.
    static var upScript: String { "BEGIN IMMEDIATE;\n\(script)\nCOMMIT;\n" }

    private static var script: String {
        """
        PRAGMA application_id = \(OpenFile.applicationID);
        CREATE TABLE ix_schema_migrations (
            version    integer PRIMARY KEY,
            checksum   text NOT NULL,
            applied_at text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'))
        ) STRICT;

        \(SQLFile.text(name + "_up"))
        INSERT INTO ix_schema_migrations (version, checksum) VALUES (1, '\(checksum)');
        """
    }

    private static func create(_ db: Database) throws { try db.execute(sql: script) }

    /// The checksum of the upward SQL, comments included: FNV-1a, 64 bits. An edited migration differs from the applied
    /// migration.
    private static let checksum: String = {
        let hash = SQLFile.text(name + "_up").utf8
            .reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }()

    private static func refusal(_ message: String) -> StoreError {
        StoreError(.schema, operation: "open", message: "the file \(message)")
    }
}
