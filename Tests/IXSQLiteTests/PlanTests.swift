import IXStore
import IXTestSupport
import Testing

@testable import IXSQLite

/// The statements that run all the time use the index made for them, however much has ended.
@Suite(.timeLimit(.minutes(2))) struct PlanTests {
    @Test(arguments: [
        (Statement.claimNextPending, "ix_jobs_due"), (.findDue, "ix_jobs_due"), (.readOrphans, "ix_jobs_running"),
        (.readLostClaims, "ix_jobs_running"), (.listLive, "ix_jobs_due"), (.countLiveJobs, "ix_jobs_due"),
        (.markDone, "sqlite_autoindex_ix_jobs_1"), (.getByCorrelation, "sqlite_autoindex_ix_jobs_2"),
        (.listErrors, "sqlite_autoindex_ix_errors_1"), (.listFires, "sqlite_autoindex_ix_jobs_2"),
        (.countFires, "sqlite_autoindex_ix_jobs_2"),
    ])
    func `its index is used, and the table is never read through`(_ statement: Statement, _ index: String) async throws
    {
        try await TestFile.withHeld { file, _ in
            let plan = try Foreign(file).plan(statement)
            #expect(plan.contains { $0.contains(index) }, "\(plan)")
            #expect(!plan.contains { $0.hasPrefix("SCAN ix_jobs") && !$0.contains("INDEX ix_jobs_") }, "\(plan)")
        }
    }

    @Test func `a scan of the whole table would be seen`() async throws {
        try await TestFile.withHeld { file, _ in
            let plan = try Foreign(file).plan(.countJobs)
            #expect(
                plan.contains {
                    $0.hasPrefix("SCAN ix_jobs") && !$0.contains("INDEX ix_jobs_")
                })
        }
    }

    @Test func `the claim's order comes from the index, without a sort`() async throws {
        try await TestFile.withHeld { file, _ in
            let plan = try Foreign(file).plan(.claimNextPending)
            #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
        }
    }
}
