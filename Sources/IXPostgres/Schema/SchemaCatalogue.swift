import IXStore

/// `SchemaCatalogue` is the schema of a program: numbered migrations, functions with their triggers, the indexes of
/// tables that may have rows, and the descriptions of tables. The catalogue is read from the SQL files.
///
/// No function of ix-worker is executable by PUBLIC, and no caller's search_path decides the meaning of a name. Each
/// function either keeps the path of the migration (SET search_path FROM CURRENT) or qualifies every name by its schema.
/// The second form is for functions where a path of their own would cost every job.
struct SchemaCatalogue: Sendable {
    /// A step of the schema: numbered, append-only, never changed once released. The files are `NNNN_name_up.sql`,
    /// `NNNN_name_down.sql`, and `NNNN_name_finish.sql` where something older daemons use has to go.
    struct Migration: Sendable {
        let version: Int
        let up: String
        let down: String
        let finish: String?
        /// The oldest daemon that may run on the schema after this migration.
        let oldestDaemon: Int

        var step: SchemaPlan.Step {
            SchemaPlan.Step(
                version: version, checksum: SchemaPlan.checksum(up), oldestDaemon: oldestDaemon,
                hasFinish: finish != nil)
        }
    }

    /// A function, with its trigger if it has one: applied again when its text has changed.
    struct Function: Sendable {
        let name: String
        let text: String
        var checksum: String { SchemaPlan.checksum(text) }

        /// What the database says of the function (`\df+`): the comment at the head of the file, without the name.
        var description: String {
            let head = text.split(separator: "\n", omittingEmptySubsequences: false).prefix { $0.hasPrefix("--") }
            let lines = head.map { String($0.dropFirst($0.hasPrefix("-- ") ? 3 : 2)) }
            let words = lines.joined(separator: "\n")
            guard words.hasPrefix(name + ": ") else { return words }
            let rest = words.dropFirst(name.count + 2)
            return rest.prefix(1).uppercased() + rest.dropFirst()
        }
    }

    /// An index. A changed index gets a new name, because an index is never replaced while claims need it.
    struct Index: Sendable {
        let name: String
        let text: String

        /// The indexed table.
        var table: String {
            let words = text.split(whereSeparator: \.isWhitespace)
            guard let on = words.firstIndex(of: "ON"), on + 1 < words.endIndex else { return "" }
            return String(words[on + 1])
        }
        /// The text that builds the index beside writers, outside a transaction.
        var concurrentText: String {
            text.replacing("CREATE INDEX ", with: "CREATE INDEX CONCURRENTLY ", maxReplacements: 1)
        }
    }

    /// The oldest daemon of the first released schema. All its migrations landed together, so no older daemon exists.
    static let firstDaemon = 8

    static let current = SchemaCatalogue(SQLFile.all)

    var migrations: [Migration]
    var functions: [Function]
    var indexes: [Index]
    /// The descriptions of tables and columns, as COMMENT ON: applied again when a text has changed.
    var descriptions: Function

    init(_ files: [SQLFile]) {
        let steps = Dictionary(grouping: files.filter { $0.folder == "migrations" }) { Int($0.name.prefix(4)) ?? 0 }
        migrations = steps.keys.sorted().map { version in
            let text = { (ending: String) in steps[version]?.first { $0.name.hasSuffix(ending) }?.text }
            return Migration(
                version: version, up: text("_up") ?? "", down: text("_down") ?? "", finish: text("_finish"),
                oldestDaemon: Self.firstDaemon)
        }
        functions = files.filter { $0.folder == "functions" }.map { Function(name: $0.name, text: $0.text) }
        indexes = files.filter { $0.folder == "indexes" }.map { Index(name: $0.name, text: $0.text) }
        let comments = files.filter { $0.folder == "comments" }.map(\.text)
        descriptions = Function(name: "descriptions", text: comments.joined(separator: "\n"))
    }

    /// The newest schema version, and a daemon's own number.
    var newest: Int { migrations.map(\.version).max() ?? 0 }

    func plan(_ applied: [SchemaPlan.Applied]) -> SchemaPlan {
        SchemaPlan(known: migrations.map(\.step), applied: applied, location: "the database")
    }
}
