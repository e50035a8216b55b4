import CSQLiteSQL

/// An SQL file compiled into the program.
struct SQLFile: Sendable {
    /// The folder under `SQL/`.
    let folder: String
    /// The name without `.sql`, unique over all folders.
    let name: String
    let text: String

    /// All files, by folder and name.
    static let all: [SQLFile] = (0..<ix_sqlite_sql_count()).compactMap { index in
        guard let file = ix_sqlite_sql_file(index)?.pointee else { return nil }
        return SQLFile(
            folder: String(cString: file.folder), name: String(cString: file.name), text: String(cString: file.text))
    }

    static func text(_ name: String) -> String {
        guard let text = ix_sqlite_sql(name) else { preconditionFailure("no SQL file is named \(name)") }
        return String(cString: text)
    }
}
