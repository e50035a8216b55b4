import IXStore

/// `SQLiteCatalogue` is the schema of a program for the embedded file: numbered migrations, triggers and views. The
/// catalogue is read from the SQL files.
struct SQLiteCatalogue: Sendable {
    /// A step of the schema: numbered, append-only, never changed once released.
    struct Migration: Sendable {
        let version: Int
        let up: String
        /// The oldest daemon that may open the file after this migration.
        let oldestDaemon: Int

        var step: SchemaPlan.Step {
            SchemaPlan.Step(version: version, checksum: SchemaPlan.checksum(up), oldestDaemon: oldestDaemon)
        }
    }

    /// A trigger or a view, dropped and created again when its text has changed. A view's file holds the view's
    /// triggers, too, which go with the view.
    struct Object: Sendable {
        let name: String
        let text: String
        let isView: Bool

        var checksum: String { SchemaPlan.checksum(text) }
        var drop: String { "DROP \(isView ? "VIEW" : "TRIGGER") IF EXISTS \(name)" }
        var note: String {
            """
            INSERT INTO ix_schema_objects (name, checksum) VALUES ('\(name)', '\(checksum)')
                ON CONFLICT (name) DO UPDATE SET checksum = excluded.checksum, applied_at = excluded.applied_at
            """
        }
    }

    /// The oldest daemon of the first released schema. All its migrations landed together, so no older daemon exists.
    static let firstDaemon = 7

    static let current = SQLiteCatalogue(SQLFile.all)

    var migrations: [Migration]
    var objects: [Object]

    init(_ files: [SQLFile]) {
        let steps = files.filter { $0.folder == "migrations" }.sorted { $0.name < $1.name }
        migrations = steps.map { file in
            Migration(version: Int(file.name.prefix(4)) ?? 0, up: file.text, oldestDaemon: Self.firstDaemon)
        }
        objects = files.filter { ["triggers", "views"].contains($0.folder) }.map { file in
            Object(name: file.name, text: file.text, isView: file.folder == "views")
        }
    }

    /// The newest schema version, and a daemon's own number.
    var newest: Int { migrations.map(\.version).max() ?? 0 }

    func plan(_ applied: [SchemaPlan.Applied]) -> SchemaPlan {
        SchemaPlan(known: migrations.map(\.step), applied: applied, place: "the file")
    }

    /// All SQL that is run on a new file, for the sqlite3 shell.
    var script: String {
        let parts =
            [Self.tables] + migrations.flatMap { [$0.up, Self.note($0.step) + ";\n"] }
            + objects.flatMap { [$0.text, $0.note + ";\n"] }
        return "BEGIN IMMEDIATE;\n" + parts.joined(separator: "\n") + "COMMIT;\n"
    }

    /// The notes of a schema, and the mark of the file.
    static let tables = """
        PRAGMA application_id = \(SQLiteFile.applicationID);
        CREATE TABLE ix_schema_migrations (
            version       integer PRIMARY KEY,
            checksum      text NOT NULL,
            applied_at    text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
            -- The oldest daemon that the schema serves after this migration.
            oldest_daemon integer NOT NULL,
            finished_at   text
        ) STRICT;
        CREATE TABLE ix_schema_objects (
            name       text PRIMARY KEY NOT NULL,
            checksum   text NOT NULL,
            applied_at text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'))
        ) STRICT;

        """

    static func note(_ step: SchemaPlan.Step) -> String {
        """
        INSERT INTO ix_schema_migrations (version, checksum, oldest_daemon)
        VALUES (\(step.version), '\(step.checksum)', \(step.oldestDaemon))
        """
    }
}
