import FoundationEssentials
import IXCore
import IXPostgres
import IXStore
import IXTestSupport
import Testing

/// An existing deployment's table is taken over in place, and given back.
@Suite(.needsPostgres, .timeLimit(.minutes(3))) struct AdoptionTests {
    @Test func `adopting a table loses nothing and changes no original column`() async throws {
        try await TestDatabase.withOriginal { db in
            let (contents, columns) = (
                try await db.sql(OriginalTable.contents), try await db.sql(OriginalTable.columns)
            )
            let applied = try await db.migrate(up: true)
            let after = (try await db.sql(OriginalTable.contents), try await db.sql(OriginalTable.columns))
            #expect(contents.count == 70 && applied == Array(1...8))
            #expect(after.0 == contents && Array(after.1.prefix(columns.count)) == columns)
            #expect(after.1.dropFirst(columns.count).allSatisfy { $0[3] == "YES" || $0[2] != nil })
        }
    }

    @Test func `rows that ended are not rewritten`() async throws {
        try await TestDatabase.withOriginal { db in
            let rows = "SELECT job_id, xmin, ctid FROM ix_jobs WHERE status IN ('done', 'error') ORDER BY job_id"
            let file = "SELECT pg_relation_filenode('ix_jobs')"
            let before = (try await db.sql(rows), try await db.sql(file))
            _ = try await db.migrate(up: true)
            let after = (try await db.sql(rows), try await db.sql(file))
            #expect(before.0.count == 30 && after == before)
        }
    }

    @Test func `an adopted live row may start three times more`() async throws {
        try await TestDatabase.withOriginal { db in
            _ = try await db.migrate(up: true)
            let limits = try await db.sql(
                "SELECT DISTINCT status, attempts, max_attempts FROM ix_jobs WHERE status IN ('pending', 'running') ORDER BY 1, 2"
            )
            #expect(
                limits == [
                    ["pending", "0", "3"], ["pending", "5", "8"], ["running", "1", "4"], ["running", "5", "8"],
                ])
        }
    }

    @Test func `adopted jobs are claimed, done and swept like our own`() async throws {
        try await TestDatabase.withOriginal { db in
            try await db.sql("UPDATE ix_jobs SET attempts = NULL WHERE status = 'pending' AND attempts = 0")
            _ = try await db.migrate(up: true)
            let store = db.store()
            let oldest = try await db.sql(
                "SELECT job_id FROM ix_jobs WHERE status = 'pending' ORDER BY created_at, job_id LIMIT 1")
            let (attempt, _) = try await store.claimed()
            let result = try await store.end(attempt, .success())
            #expect(oldest == [[attempt.jobID.uuidString.lowercased()]])
            guard case .ended(.done, true) = result else { return #expect(Bool(false), "\(result)") }
            let young = try await store.sweep()
            try await db.sql("UPDATE ix_jobs SET started_at = now() - interval '2 hours' WHERE status = 'running'")
            let swept = try await store.sweep()
            #expect(young.isEmpty && swept.count == 20 && swept.allSatisfy { $0.status == .pending })
            let refused = try await db.count("ix_refused_writes")
            #expect(refused == 0)
            await store.close()
        }
    }

    @Test func `down gives the original table back with its data, and up takes it again`() async throws {
        try await TestDatabase.withOriginal { db in
            let before = (
                try await db.sql(OriginalTable.contents), try await db.sql(OriginalTable.columns),
                try await db.sql(OriginalTable.relations)
            )
            _ = try await db.migrate(up: true)
            let went = try await db.migrate(up: false)
            let after = (
                try await db.sql(OriginalTable.contents), try await db.sql(OriginalTable.columns),
                try await db.sql(OriginalTable.relations)
            )
            let again = (try await db.migrate(up: false), try await db.migrate(up: true))
            #expect(went == [1] && again.0 == [] && again.1 == Array(1...8))
            #expect(after == before)
        }
    }

    @Test func `a column of another type stops the adoption and leaves the table as it was`() async throws {
        try await TestDatabase.with(.empty) { db in
            try await db.sql(OriginalTable.create.replacing("request         jsonb", with: "request         json"))
            let before = try await db.sql(OriginalTable.columns)
            let error = await #expect(throws: StoreError.self) { try await db.migrate(up: true) }
            let after = try await db.sql(OriginalTable.columns)
            #expect(error?.message.contains("request is json, must be jsonb") == true)
            #expect(after == before)
        }
    }

    @Test func `a table without the unique keys gets them`() async throws {
        try await TestDatabase.with(.empty) { db in
            try await db.sql(OriginalTable.create + "; ALTER TABLE ix_jobs DROP CONSTRAINT uq_ix_jobs_client_request")
            _ = try await db.migrate(up: true)
            let store = db.store()
            let (first, second) = (try await store.insert("a"), try await store.insert("a"))
            #expect(first.jobID == second.jobID && second.isDuplicate)
            await store.close()
        }
    }
}

extension TestDatabase {
    /// The versions that were applied or undone.
    func migrate(up: Bool) async throws -> [Int] {
        let migrator = PostgresMigrator(parameters)
        defer { Task { await migrator.close() } }
        return up ? try await migrator.up().versions : try await migrator.down() ? [1] : []
    }
}
