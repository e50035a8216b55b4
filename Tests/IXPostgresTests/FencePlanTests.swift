import IXTestSupport
import Testing

/// What names a job by its id finds it by its id, whatever else the planner thinks it knows. Nearly no row is running, so an
/// index of running rows, where a legacy schema has one, looks cheaper than the primary key; all dead entries that a held
/// snapshot keeps are in it.
@Suite(.needsPostgres, .timeLimit(.minutes(3))) struct FencePlanTests {
    @Test(arguments: ["force_generic_plan", "force_custom_plan"])
    func `a fenced statement goes by primary key or the row's place, not by an index of running jobs`(_ mode: String)
        async throws
    {
        let texts = try SQLFolder.files(of: "IXPostgres")
        try await TestDatabase.with { db in
            try await db.fill(jobs: 20_000)
            try await db.sql(
                """
                UPDATE ix_jobs SET status = 'running', claim_id = gen_random_uuid(), started_at = now(), daemon_id = job_id;
                UPDATE ix_jobs SET status = 'done', finished_claim = claim_id, response = '{"error": null}', finished_at = now();
                """)
            // As a legacy schema may have it.
            try await db.sql("CREATE INDEX foreign_status ON ix_jobs (daemon_id) WHERE status = 'running'")
            try await db.sql("VACUUM ANALYZE ix_jobs")
            try await db.sql("SET plan_cache_mode = \(mode)")
            for (statement, arguments) in Self.fenced {
                try await db.sql("PREPARE fenced AS \(texts[statement] ?? "")")
                let plan = try await db.sql("EXPLAIN EXECUTE fenced(\(arguments))")
                    .map { $0[0] ?? "" }.joined(separator: "\n")
                let way = statement == "mark_done_batch" ? "TID Cond" : "ix_jobs_pkey"
                #expect(plan.contains(way) && !plan.contains("foreign_status"), "\(statement)\n\(plan)")
                try await db.sql("DEALLOCATE fenced")
            }
        }
    }

    /// A call of the function would cost every job of a row without followers.
    @Test func `an end asks by an expression for what follows the end, not by a call`() async throws {
        let texts = try SQLFolder.files(of: "IXPostgres")
        try await TestDatabase.with { db in
            for (statement, arguments) in Self.fenced where statement.hasPrefix("mark_") {
                try await db.sql("PREPARE fenced AS \(texts[statement] ?? "")")
                let plan = try await db.sql("EXPLAIN (VERBOSE) EXECUTE fenced(\(arguments))")
                    .map { $0[0] ?? "" }.joined(separator: "\n")
                #expect(plan.contains("callback_url IS NULL") && !plan.contains("ix_has_followers("), "\(plan)")
                try await db.sql("DEALLOCATE fenced")
            }
        }
    }

    /// The statements, and an argument for each parameter.
    private static let fenced: [(String, String)] = {
        let (job, claim) = ("'0f0e7a4c-4b63-4c3e-9d0a-5a0c1f8b2d01'", "'0f0e7a4c-4b63-4c3e-9d0a-5a0c1f8b2d02'")
        let fence = "\(job), 0, \(claim)"
        return [
            ("mark_done", "\(fence), '{}', false"), ("mark_error", "\(fence), '{}', false"),
            (
                "mark_done_batch",
                "ARRAY[\(job)]::uuid[], '{0}', ARRAY[\(claim)]::uuid[], ARRAY['{}']::jsonb[], '{f}', '{f}', '{\"(0,1)\"}'"
            ),
            ("hand_back", "\(fence), 'shutdown', true, NULL, NULL, NULL"),
            ("record_attempt", "\(fence), 'failed', NULL, NULL"),
            ("record_progress", "'[{\"job_id\": \"0f0e7a4c-4b63-4c3e-9d0a-5a0c1f8b2d01\"}]'"),
            ("read_progress", job),
        ]
    }()
}
