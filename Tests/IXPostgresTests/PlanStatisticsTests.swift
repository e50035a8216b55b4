import IXTestSupport
import Testing

@testable import IXPostgres

/// Every hot statement has one plan, whatever the server believes of its tables: the index that is for it, no sort where the
/// index gives the order, and no table read as a whole.
@Suite(.needsOwnCluster, .timeLimit(.minutes(5))) struct PlanStatisticsTests {
    /// When the tables were looked at last, before or after which they changed.
    enum Belief: String, CaseIterable { case never, empty, pending, running, done, pendingHuge, runningHuge, doneHuge }

    /// The indexes that other code on the table may have brought along, which no statement of ours may take.
    enum Beside: CaseIterable {
        case none, search, adopted

        var sql: String {
            switch self {
            case .none: "SELECT 1"
            case .search: SchemaCatalogue.Index.beside.text
            case .adopted: "CREATE INDEX ix_jobs_adopted ON ix_jobs (status, created_at)"
            }
        }
    }

    @Test(arguments: Belief.allCases, Beside.allCases)
    func `a hot statement goes by its index`(_ belief: Belief, _ beside: Beside) async throws {
        try await TestDatabase.with(.migrated, on: try await PrivateCluster.shared.url) { db in
            try await db.sql(beside.sql)
            try await db.believe(belief)
            for hot in HotStatement.all {
                // One that is planned anew each time never has a generic plan.
                for mode in hot.statement.isKept ? ["force_generic_plan", "force_custom_plan"] : ["force_custom_plan"] {
                    try await db.sql("SET plan_cache_mode = \(mode)")
                    try await db.sql("PREPARE hot AS \(hot.statement.sql)")
                    let plan = try await db.sql(
                        "EXPLAIN (COSTS off) EXECUTE hot\(hot.arguments.isEmpty ? "" : "(\(hot.arguments))")"
                    )
                    .map { $0[0] ?? "" }.joined(separator: "\n")
                    try await db.sql("DEALLOCATE hot")
                    let faults = hot.faults(of: plan)
                    #expect(faults.isEmpty, "\(hot.statement.rawValue), \(mode): \(faults)\n\(plan)")
                }
            }
        }
    }

    @Test(arguments: Belief.allCases)
    func `the doctor's count of waiting jobs goes by its index`(_ belief: Belief) async throws {
        try await TestDatabase.with(.migrated, on: try await PrivateCluster.shared.url) { db in
            try await db.believe(belief)
            let plan = try await db.sql("EXPLAIN (COSTS off) " + Examination.statistics.sql.withoutComments)
                .map { $0[0] ?? "" }.joined(separator: "\n")
            #expect(
                plan.contains("ix_jobs_due") && !plan.contains("_by_use_case") && !plan.contains("Seq Scan on ix_jobs"),
                "\(plan)")
        }
    }
}

/// A statement that runs with jobs or at intervals, with arguments and the indexes of ix_jobs that it may use.
private struct HotStatement {
    let statement: Statement
    let arguments: String
    let indexes: Set<String>
    var sorts = true
    /// A list without an index of its own may read the whole table, or go by the times in an index of other code, but never by
    /// the status there.
    var readsAll = false

    func faults(of plan: String) -> [String] {
        let tables = ["ix_jobs", "ix_callbacks"].filter { !readsAll && plan.contains("Seq Scan on \($0)") }
        let used = Set(plan.matches(of: /ix_jobs_[a-z_]*[a-z]/).map { String($0.output) })
        let byStatus = plan.split(separator: "\n").contains { $0.contains("Index Cond") && $0.contains("status") }
        if readsAll && byStatus { return ["looks the status up in an index"] }
        return tables.map { "reads all of \($0)" } + used.subtracting(indexes).sorted().map { "uses \($0)" }
            + (!sorts && plan.contains("Sort") ? ["sorts"] : [])
    }

    private static let (job, claim) = (
        "'0f0e7a4c-4b63-4c3e-9d0a-5a0c1f8b2d01'", "'0f0e7a4c-4b63-4c3e-9d0a-5a0c1f8b2d02'"
    )
    private static let fence = "\(job), 0, \(claim)"
    private static let start = "'-infinity', '00000000-0000-0000-0000-000000000000'"
    private static let (key, due): (Set<String>, Set<String>) = (["ix_jobs_pkey"], ["ix_jobs_pkey", "ix_jobs_due"])

    static let all: [HotStatement] = [
        HotStatement(
            statement: .claimNextPending, arguments: "\(claim), \(job), true, \(start)", indexes: due, sorts: false),
        HotStatement(
            statement: .claimNextPending, arguments: "\(claim), \(job), true, now(), \(job)", indexes: due, sorts: false
        ),
        HotStatement(
            statement: .claimBatch, arguments: "ARRAY[\(claim)]::uuid[], \(job), true, \(start)",
            indexes: ["ix_jobs_due"],
            sorts: false),
        HotStatement(
            statement: .claimAmongUseCases, arguments: "\(claim), \(job), true, '{extract}', true",
            indexes: ["ix_jobs_pkey", "ix_jobs_due_by_use_case"]),
        HotStatement(
            statement: .findCandidates, arguments: "\(start), 100, \(job), 0, 0, true", indexes: ["ix_jobs_due"]),
        HotStatement(
            statement: .claimCandidate, arguments: "\(claim), \(job), \(job), now(), '(0,1)'", indexes: key,
            sorts: false),
        HotStatement(statement: .claimReady, arguments: "\(claim), \(job), true, NULL, NULL, NULL", indexes: key),
        HotStatement(statement: .claimReady, arguments: "\(claim), \(job), true, '{x}', true, NULL", indexes: key),
        HotStatement(
            statement: .claimTurn, arguments: "\(claim), \(job), true, NULL, NULL, \(job), '(0,1)', 1", indexes: key,
            sorts: false),
        HotStatement(statement: .findTurns, arguments: "100, NULL, 0, 0", indexes: []),
        HotStatement(statement: .leaveLine, arguments: "ARRAY[\(job)]::uuid[]", indexes: key),
        HotStatement(statement: .takeBack, arguments: "1000, 100", indexes: []),
        HotStatement(statement: .readLine, arguments: job, indexes: key),
        HotStatement(
            statement: .look, arguments: start, indexes: ["ix_jobs_due", "ix_jobs_due_by_use_case"]),
        HotStatement(statement: .look, arguments: "NULL, NULL", indexes: ["ix_jobs_due", "ix_jobs_due_by_use_case"]),
        HotStatement(statement: .strikeClients, arguments: "", indexes: []),
        HotStatement(statement: .markDoneAt, arguments: "\(fence), '{}', '(0,1)'", indexes: key),
        HotStatement(statement: .markDone, arguments: "\(fence), '{}', false", indexes: key),
        HotStatement(statement: .markError, arguments: "\(fence), '{}', false", indexes: key),
        HotStatement(
            statement: .markDoneBatch,
            arguments:
                "ARRAY[\(job)]::uuid[], '{0}', ARRAY[\(claim)]::uuid[], ARRAY['{}']::jsonb[], '{f}', '{f}', '{\"(0,1)\"}'",
            indexes: []),
        HotStatement(statement: .afterEnd, arguments: "\(job), \(claim)", indexes: key),
        HotStatement(statement: .lockHeld, arguments: fence, indexes: key),
        HotStatement(
            statement: .handBack, arguments: "\(fence), 'shutdown', true, NULL, NULL, NULL", indexes: key),
        HotStatement(statement: .recordAttempt, arguments: "\(fence), 'failed', NULL, NULL", indexes: key),
        HotStatement(statement: .recordProgress, arguments: "'[{\"job_id\": \(job.json)}]'", indexes: key),
        HotStatement(
            statement: .listErrors,
            arguments:
                "'{error}', NULL, NULL, NULL, NULL, NULL, 'infinity', \(job), 50, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL",
            indexes: key, sorts: false),
        HotStatement(
            statement: .list,
            arguments:
                "'{pending}', NULL, NULL, NULL, NULL, NULL, 'infinity', \(job), 50, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL",
            indexes: ["ix_jobs_pkey", "ix_jobs_created", "ix_jobs_adopted"], readsAll: true),
        HotStatement(
            statement: .listMembers,
            arguments:
                "'{pending}', NULL, NULL, NULL, NULL, NULL, 'infinity', \(job), 50, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, \(job)",
            indexes: key),
        HotStatement(statement: .readEnd, arguments: job, indexes: key),
        HotStatement(statement: .findOrphans, arguments: "100, 5400, 'Infinity'", indexes: key),
        HotStatement(
            statement: .sweepOrphans, arguments: "100, 5400, 'Infinity', ARRAY[\(job)]::uuid[], false",
            indexes: key),
        HotStatement(
            statement: .endUnserved, arguments: "'{x}', 600, 100", indexes: ["ix_jobs_pkey", "ix_jobs_due_by_use_case"]),
        HotStatement(
            statement: .foreignWork, arguments: "\(job), '{extract}'",
            indexes: ["ix_jobs_pkey", "ix_jobs_due", "ix_jobs_due_by_use_case"]),
        HotStatement(
            statement: .expirePending, arguments: "100", indexes: key),
        HotStatement(statement: .cutRunning, arguments: "", indexes: key),
        HotStatement(statement: .renewLease, arguments: "\(job), 30, 4", indexes: []),
        HotStatement(statement: .readHeldClaims, arguments: job, indexes: key),
        HotStatement(
            statement: .handBackLostClaims, arguments: "\(job), ARRAY[\(claim)]::uuid[], 11",
            indexes: key),
        HotStatement(
            statement: .claimCallbacks, arguments: "\(claim), \(job), 60, 100, 8, '{}', true, 4, '{}'", indexes: key),
        HotStatement(statement: .nextCallback, arguments: "'{}', '{}'", indexes: []),
        HotStatement(statement: .recordDeliveries, arguments: "'[]', false", indexes: key),
        HotStatement(statement: .recordDeliveries, arguments: "'[]', true", indexes: key),
        HotStatement(statement: .takeRedeliveries, arguments: "100", indexes: key),
        HotStatement(
            statement: .findInHand, arguments: "ARRAY[\(job)]::uuid[], ARRAY[\(claim)]::uuid[]", indexes: []),
        HotStatement(statement: .adoptLegacyCallbacks, arguments: "60, 100", indexes: key),
    ]
}

extension String {
    /// A quoted literal's text between JSON's quotes.
    fileprivate var json: String { replacing("'", with: "\"") }

    /// A statement behind the comments that open its file.
    fileprivate var withoutComments: String {
        split(separator: "\n").drop { $0.hasPrefix("--") }.joined(separator: "\n")
    }
}

extension TestDatabase {
    fileprivate func believe(_ belief: PlanStatisticsTests.Belief) async throws {
        for table in ["ix_jobs", "ix_callbacks"] {
            try await sql("ALTER TABLE \(table) SET (autovacuum_enabled = off)")
        }
        if belief == .empty { try await analyze() }
        try await fill(jobs: 20_000)
        try await sql(
            """
            INSERT INTO ix_callbacks (job_id, client_id, url, status, body)
            SELECT job_id, client_id, 'http://h' || left(job_id::text, 1), 'done', '{}' FROM ix_jobs
            """)
        switch belief {
        case .never, .empty: return
        case .pending, .pendingHuge: break
        case .running, .runningHuge: try await run()
        case .done, .doneHuge:
            try await run()
            try await sql(
                """
                UPDATE ix_jobs SET status = 'done', finished_claim = claim_id, finished_at = now(), response = '{}';
                UPDATE ix_callbacks SET state = 'delivered', settled_at = now();
                """)
        }
        try await analyze()
        guard belief.rawValue.hasSuffix("Huge") else { return }
        try await sql(
            """
            SET allow_system_table_mods = on;
            UPDATE pg_class SET reltuples = 1e8 WHERE oid IN ('ix_jobs'::regclass, 'ix_callbacks'::regclass);
            """)
    }

    private func analyze() async throws { try await sql("ANALYZE ix_jobs, ix_callbacks, ix_daemons") }

    private func run() async throws {
        try await sql(
            """
            UPDATE ix_jobs SET status = 'running', claim_id = job_id, started_at = now(),
                               daemon_id = '0f0e7a4c-4b63-4c3e-9d0a-5a0c1f8b2d01'
            """)
    }
}
