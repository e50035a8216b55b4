import FoundationEssentials

/// The queue as a foreign program sees it, by SQL.
extension TestDatabase {
    /// Inserts a job with ix_enqueue and returns the job's id.
    package func enqueue(
        _ useCase: String, _ key: String = UUID().uuidString, fields: String = "{}", callback: String? = nil
    ) async throws -> String {
        let rows = try await sql(
            """
            SELECT job_id FROM ix_enqueue($1::jsonb, $2, use_case => $3, client_id => 'test', request_id => $4)
            """, [fields, callback, useCase, key])
        return rows[0][0]!
    }

    /// Returns a column of the job as text; nil for NULL.
    package func job(_ id: String, _ column: String) async throws -> String? {
        try await sql("SELECT (\(column))::text FROM ix_jobs WHERE job_id = $1::uuid", [id])[0][0]
    }

    /// Counts the jobs for which `condition` holds.
    package func count(_ condition: String) async throws -> Int {
        Int(try await sql("SELECT count(*) FROM ix_jobs WHERE \(condition)")[0][0]!)!
    }

    /// Waits until `condition` holds for the job.
    package func wait(_ id: String, until condition: String, within limit: Duration = .seconds(30)) async throws {
        try await wait(until: "EXISTS (SELECT 1 FROM ix_jobs WHERE job_id = '\(id)' AND \(condition))", within: limit)
    }

    /// Waits until the SQL `condition` holds; errors of the server count as not yet.
    package func wait(until condition: String, within limit: Duration = .seconds(30)) async throws {
        let met = try await eventually(within: limit) {
            do {
                return try await sql("SELECT \(condition)")[0][0] == "t"
            } catch is SQLFailure {
                return false
            } catch is TestFailure {
                return false  // the server is still starting
            }
        }
        guard met else { throw TestFailure("not met within \(limit): \(condition)") }
    }
}
