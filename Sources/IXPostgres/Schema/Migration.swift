import CPostgresSQL

/// A step of the schema: numbered, append-only, never changed once released.
struct Migration: Sendable {
    let version: Int
    let up: String
    let down: String

    static let all = [Migration(1)]
    static var newest: Int { all.count }

    private init(_ version: Int) {
        let digits = String(version)
        let number = String(repeating: "0", count: 4 - digits.count) + digits
        self.version = version
        up = SQLFile.text(number + "_up")
        down = SQLFile.text(number + "_down")
    }

    /// The checksum of the upward SQL, comments included: FNV-1a, 64 bits. An edited migration differs from the applied
    /// migration.
    var checksum: String {
        let hash = up.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }
}

/// The SQL around the migrations.
enum MigrationSQL {
    /// An advisory lock, because twenty hosts may start at once: a single migrator at a time. The lock ends with the
    /// transaction.
    static let lock = "SELECT pg_advisory_xact_lock(7811889021873440112)"

    /// A lock timeout of 3 s. A migrator that queued behind a long transaction for an exclusive lock would hold up
    /// every later query on the table.
    static let lockTimeout = "SET LOCAL lock_timeout = '3s'"

    static let table = """
        CREATE TABLE IF NOT EXISTS ix_schema_migrations (
            version    integer PRIMARY KEY,
            checksum   text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now()
        )
        """

    static let applied = "SELECT version, checksum FROM ix_schema_migrations ORDER BY version"
    static let exists = "SELECT to_regclass('ix_schema_migrations') IS NOT NULL AS there"

    static let encoding = "SHOW server_encoding"

    static let liveDaemons = "SELECT count(*) AS daemons FROM ix_daemons WHERE lease_until > now()"

    static func note(_ migration: Migration) -> String {
        "INSERT INTO ix_schema_migrations (version, checksum) VALUES (\(migration.version), '\(migration.checksum)')"
    }

    /// Returns all SQL that `migrate` would run on a database without ix-worker, for psql.
    static var upScript: String {
        let steps = Migration.all.map { $0.up + "\n" + note($0) + ";\n" }
        return "BEGIN;\n\(lockTimeout);\n\(lock);\n\(table);\n\n" + steps.joined(separator: "\n") + "COMMIT;\n"
    }

    static var downScript: String {
        let steps = Migration.all.reversed().map(\.down)
        return "BEGIN;\n\(lockTimeout);\n\(lock);\n" + steps.joined(separator: "\n")
            + "DROP TABLE ix_schema_migrations;\nCOMMIT;\n"
    }
}
