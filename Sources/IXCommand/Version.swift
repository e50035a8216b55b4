import CBuild
import IXPostgres
import IXSQLite

/// `Version` is the program's version for `--version` and for user agents.
package enum Version {
    /// The release number.
    package static let number = "0.1.0"

    /// The full version, such as `0.1.0 (commit 1a2b3c4d5e, libpq 15.8, SQLite 3.40.1, schema 1)`. A bug report should
    /// begin with the full version.
    package static let text =
        "\(number) (commit \(commit), libpq \(PostgresLibrary.version), SQLite \(SQLiteLibrary.version), "
        + "schema \(PostgresMigrator.newestVersion))"

    /// The commit of the build.
    package static let commit = String(cString: ix_build_commit())
}
