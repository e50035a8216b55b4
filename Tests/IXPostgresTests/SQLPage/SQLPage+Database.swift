import IXTestSupport

@testable import IXPostgres

extension SQLPage {
    /// Reads the descriptions of a migrated database. What has none gets an empty one, which the test refuses.
    init(_ db: TestDatabase) async throws {
        let roles = Self.callers()
        functions = try await db.sql(
            """
            SELECT p.proname, pg_get_function_arguments(p.oid), coalesce(pg_get_function_result(p.oid), ''),
                   coalesce(obj_description(p.oid, 'pg_proc'), '')
              FROM pg_proc p JOIN ix_schema_objects o ON o.signature = p.oid::regprocedure::text ORDER BY p.proname
            """
        ).map { row in
            let name = row[0] ?? ""
            return Function(
                name: name, arguments: row[1] ?? "", result: row[2] ?? "", description: row[3] ?? "",
                roles: roles[name] ?? [])
        }
        var tables: [Table] = []
        let columns = try await db.sql(
            """
            SELECT c.relname, coalesce(obj_description(c.oid, 'pg_class'), ''), a.attname,
                   format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END,
                   coalesce(CASE a.attgenerated WHEN '' THEN pg_get_expr(d.adbin, d.adrelid) END, ''),
                   coalesce(col_description(c.oid, a.attnum), '')
              FROM pg_class c
              JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
              LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
             WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
             ORDER BY c.relname <> 'ix_jobs', c.relname, a.attnum
            """)
        for row in columns.map({ $0.map { $0 ?? "" } }) {
            if tables.last?.name != row[0] { tables.append(Table(name: row[0], description: row[1], columns: [])) }
            tables[tables.count - 1].columns.append(
                Column(name: row[2], type: row[3], standard: row[4], description: row[5]))
        }
        self.tables = tables
        sequences = try await db.sql(
            """
            SELECT c.relname, coalesce(obj_description(c.oid, 'pg_class'), '') FROM pg_class c
             WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'S'
               AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'i') ORDER BY 1
            """
        ).map { Table(name: $0[0] ?? "", description: $0[1] ?? "", columns: []) }
    }

    /// The roles that may call each function, as the roles' script has them.
    private static func callers() -> [String: [String]] {
        var callers: [String: [String]] = [:]
        for row in PostgresMigrator.rolesScript.matches(
            of: #/\('(?<name>ix_\w+)\([^']*\)',\s*'SECURITY \w+',\s*(?:NULL|'(?<roles>[^']*)')\)/#)
        {
            callers[String(row.output.name)] = row.output.roles.map { $0.split(separator: ", ").map(String.init) } ?? []
        }
        return callers
    }
}
