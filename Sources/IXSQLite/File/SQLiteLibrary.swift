import CSQLiteSQL

/// The SQLite library of the embedded store.
public enum SQLiteLibrary {
    /// The version of SQLite that this process runs with.
    public static let version = String(cString: ix_sqlite_version())
}
