import IXTestSupport

@testable import IXPostgres

/// The page `docs/sql.md`, from the descriptions that a migrated database has.
struct SQLPage {
    struct Function {
        let name: String
        let arguments: String
        let result: String
        let description: String
        let roles: [String]
    }

    struct Column {
        let name: String
        let type: String
        let standard: String
        let description: String
    }

    struct Table {
        let name: String
        let description: String
        var columns: [Column]
    }

    let functions: [Function]
    let tables: [Table]
    let sequences: [Table]

    var text: String {
        let parts =
            [Self.introduction, doors("Functions for producers", "ix_producer")]
            + [doors("Functions for operators", "ix_operator"), inner]
            + ["## Tables\n\n" + Self.tablesIntroduction] + tables.map(Self.table) + [sequencesPart, Self.file]
        return parts.joined(separator: "\n\n") + "\n"
    }

    private static let introduction = """
        # SQL

        Every function, table and column of the schema on PostgreSQL, as `COMMENT ON` has them in the database: `\\df+ ix_*` and
        `\\d+ ix_jobs` in psql show the same. [enqueue.md](enqueue.md) has examples, [security.md](security.md#who-may-do-what-in-the-database)
        has the roles. All functions run in the caller's own transaction, the procedure `ix_wait` outside of one. A refusal has SQLSTATE 22023 and names the field.

        `ix-worker migrate` makes what stands here. The embedded file has the same tables in SQLite's types, and a view in place of the
        functions: [The embedded file](#the-embedded-file).
        """

    private static let tablesIntroduction = """
        Read as you like. Write by the functions: rows that go past them are guarded ([upgrading.md](upgrading.md#beside-an-existing-repository)),
        and tables other than `ix_jobs` may change with a version.
        """

    private static let file = """
        ## The embedded file

        ```sql
        INSERT INTO ix_enqueue (request, callback_url) VALUES ('{"use_case": "echo", "ix_client_id": "shop", "request_id": "1"}', NULL);
        ```

        `ix_enqueue` is a view there, whose trigger inserts the job. Columns: `request`, `callback_url`, `run_at`, `max_attempts`, `expires_at`,
        `traceparent`, `tracestate`, `queue`, `group_key`, `priority`. Cancels, queues and the rest go by `ixctl` or over HTTP.
        """
}

extension SQLPage {
    /// The functions that a role may call and that no earlier part of the page has.
    private func doors(_ title: String, _ role: String) -> String {
        let shown = functions.filter { function in
            function.roles.contains(role) && !(role == "ix_operator" && function.roles.contains("ix_producer"))
                && !Self.ownPrograms.contains(function.name)
        }
        return "## \(title)\n\n" + shown.map(Self.door).joined(separator: "\n\n")
    }

    /// A signature or a default without the types that say nothing new.
    private static func short(_ text: String) -> String {
        text.replacing("timestamp with time zone", with: "timestamptz")
            .replacing(/(NULL|')::[a-z ]+(\[\])?/) { $0.output.1 }
    }

    private static func door(_ function: Function) -> String {
        let arguments = short(function.arguments).split(separator: ",").map { $0.drop { $0 == " " } }
        let list = arguments.count > 2 ? "\n    " + arguments.joined(separator: ",\n    ") : short(function.arguments)
        let roles = function.roles.map { "`\($0)`" }.joined(separator: ", ")
        return """
            ### \(function.name)

            ```sql
            \(function.name)(\(list))\(function.result.isEmpty ? "" : "\nRETURNS " + short(function.result))
            ```

            \(paragraphs(function.description))

            Callers: \(roles).
            """
    }

    /// Paragraphs of a description; a statement becomes a block.
    private static func paragraphs(_ description: String) -> String {
        description.replacing(/\n\n+/, with: "\u{1}").split(separator: "\u{1}").map { paragraph in
            ["SELECT", "CALL"].contains { paragraph.hasPrefix($0) } ? "```sql\n\(paragraph)\n```" : String(paragraph)
        }.joined(separator: "\n\n")
    }

    /// Called by ix-worker's own programs under several roles.
    private static let ownPrograms: Set = ["ix_insert_checked", "ix_has_followers", "ix_record_audit"]

    /// The functions of daemons, triggers and other functions, in a line each.
    private var inner: String {
        let rows = functions.filter { function in
            Self.ownPrograms.contains(function.name)
                || function.roles.allSatisfy { !["ix_producer", "ix_operator"].contains($0) }
        }
        let lines = rows.map { function in
            let description = function.description.split(separator: "\n\n", maxSplits: 1)[0]
            let roles = function.roles.map { "`\($0)`" }.joined(separator: ", ")
            let signature = "\(function.name)(\(Self.short(function.arguments)))"
            return "| `\(signature)` | \(Self.cell(Self.sentence(description))) | \(roles) |"
        }
        return """
            ## Functions for daemons and other functions

            Called by daemons, triggers and the functions above; not for programs of yours. They may change with a version.

            | function | what it does | callers |
            |---|---|---|
            \(lines.joined(separator: "\n"))
            """
    }

    private static func sentence(_ text: some StringProtocol) -> String {
        let line = text.split(separator: "\n").joined(separator: " ")
        guard let end = line.firstRange(of: ". ") else { return line }
        return String(line[..<end.lowerBound]) + "."
    }

    private static func table(_ table: Table) -> String {
        let rows = table.columns.map {
            let standard = $0.standard.isEmpty ? "" : "`\(cell(short($0.standard)))`"
            return "| `\($0.name)` | \(short($0.type)) | \(standard) | \(cell($0.description)) |"
        }
        return """
            ### \(table.name)

            \(table.description)

            | column | type | default | meaning |
            |---|---|---|---|
            \(rows.joined(separator: "\n"))
            """
    }

    private var sequencesPart: String {
        "## Sequences\n\n| sequence | meaning |\n|---|---|\n"
            + sequences.map { "| `\($0.name)` | \(Self.cell($0.description)) |" }.joined(separator: "\n")
    }

    private static func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }
}
