import CBuild
import IXPostgres
import IXSQLite

/// What `--version` prints and user agents say.
public enum Version {
    public static let number = "0.1.0"

    /// `0.1.0 (commit 1a2b3c4d5e, libpq 15.8, SQLite 3.40.1, schema 1)`: what a report of a fault should begin with.
    public static let text =
        "\(number) (commit \(commit), libpq \(PostgresLibrary.version), SQLite \(SQLiteLibrary.version), "
        + "schema \(PostgresMigrator.newestVersion))"

    private static let commit = String(cString: ix_build_commit())
}
