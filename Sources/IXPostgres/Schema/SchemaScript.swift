/// The scripts that `ix-worker migrate --show-sql` prints, for psql.
extension SchemaCatalogue {
    /// All SQL that `migrate` would run on a database without ix-worker, in a single transaction. The indexes are built
    /// inside the transaction, too, and hold up writers of a table with rows; `migrate` itself builds them beside
    /// writers.
    var upScript: String {
        let steps = migrations.map { $0.up + "\n" + SchemaSQL.note($0.step) }
        let parts =
            [SchemaSQL.tables, SchemaSQL.refuseForeign(functions)] + steps + functions.map(\.text)
            + [SchemaSQL.note(functions), descriptions.text, SchemaSQL.noteDescriptions(descriptions)]
            + indexes.map(\.text)
        return transaction(parts)
    }

    var downScript: String {
        transaction([SchemaSQL.dropFunctions] + migrations.reversed().map(\.down) + [SchemaSQL.dropTables])
    }

    private func transaction(_ parts: [String]) -> String {
        let ended = ([SchemaSQL.lockTimeout, Self.lock, SchemaSQL.settings] + parts).map { part in
            let text = part.trimmingSuffix(while: \.isWhitespace)
            return text.hasSuffix(";") ? text + "\n" : text + ";\n"
        }
        return "BEGIN;\n" + ended.joined(separator: "\n") + "COMMIT;\n"
    }

    private static let lock = """
        DO $$
        BEGIN
            IF NOT pg_try_advisory_xact_lock(\(SchemaSQL.lockKey)) THEN
                RAISE EXCEPTION 'another migration is under way; try again' USING ERRCODE = '55P03';
            END IF;
        END $$
        """
}

extension StringProtocol {
    fileprivate func trimmingSuffix(while isDropped: (Character) -> Bool) -> String {
        var rest = self[...]
        while let last = rest.last, isDropped(last) { rest.removeLast() }
        return String(rest)
    }
}
