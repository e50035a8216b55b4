import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

@testable import IXSQLite

/// The tables of HTTP in the file: what is cut, and what a stranger may have put there.
@Suite(.timeLimit(.minutes(1))) struct HTTPTableTests {
    private static let future = "2099-01-01T00:00:00.000000Z"

    @Test func `each table of HTTP is cut by the prune`() throws {
        let migration = try #require(SQLFile.all.first { $0.name.hasSuffix("_http_up") })
        let tables = migration.text.matches(of: #/\nCREATE TABLE (\w+) /#).map { String($0.1) }
        #expect(tables.count >= 4)
        let cuts: [Statement] = [.pruneTokens, .pruneSessions, .pruneAudit, .pruneOperations]
        for table in tables { #expect(cuts.contains { $0.sql.contains("DELETE FROM \(table)\n") }, "\(table)") }
    }

    @Test func `old entries of the audit and old operations go, young ones stay`() async throws {
        try await TestFile.with { file in
            let store = file.store()
            let gone1 = try await store.perform { try $0.pruneAccess(limit: 10) }
            #expect(gone1 == 0)
            let foreign = try Foreign(file)
            let ago = { (hours: Int) in (Timestamp.now - .seconds(3600 * hours)).text }
            for days in [500, 401, 399, 0] {
                try foreign.sql(
                    "INSERT INTO ix_audit (at, actor, role, action) VALUES (?, 'a', 'operator', ?)",
                    [ago(24 * days), "\(days)"])
            }
            for (state, actor, expires, ended) in [
                ("preview", "old preview", ago(1), nil), ("preview", "preview", Self.future, nil),
                ("running", "running", ago(99), nil), ("done", "old", ago(72), ago(48)),
                ("stopped", "young", ago(72), ago(1)),
            ] {
                try foreign.sql(
                    """
                    INSERT INTO ix_operations (operation_id, state, action, filter, actor, role, count, expires_at, ended_at)
                    VALUES (?, ?, 'cancel', '{}', ?, 'operator', 1, ?, ?)
                    """, [UUID.random().uuidString, state, actor, expires, ended])
            }
            let gone2 = try await store.perform { try $0.pruneAccess(limit: 1) }
            #expect(gone2 == 2)
            let gone3 = try await store.perform { try $0.pruneAccess(limit: 100) }
            #expect(gone3 == 2)
            let gone4 = try await store.perform { try $0.pruneAccess(limit: 100) }
            #expect(gone4 == 0)
            #expect(try foreign.sql("SELECT action FROM ix_audit ORDER BY at") == [["399"], ["0"]])
            let left = try foreign.sql("SELECT actor FROM ix_operations ORDER BY actor")
            #expect(left == [["preview"], ["running"], ["young"]])
            await store.close()
        }
    }

    @Test func `refused writes and moved batches are cut, and the newest refusal stays as the count`() async throws {
        try await TestFile.with { file in
            let store = file.store()
            _ = try await store.perform { try $0.pruneAccess(limit: 10) }
            let foreign = try Foreign(file)
            let ago = { (days: Int) in (Timestamp.now - .seconds(86_400 * days)).text }
            for days in [99, 91, 1, 95] {
                try foreign.sql(
                    "INSERT INTO ix_refused_writes (rule, job_id, refused_at) VALUES ('edge', 'x', ?)", [ago(days)])
            }
            for (export, batch, days) in [("old", 1, 500), ("old", 2, 401), ("young", 1, 500), ("young", 2, 399)] {
                try foreign.sql(
                    "INSERT INTO ix_moved_batches (export_id, batch, direction, entered_at) VALUES (?, ?, 'left', ?)",
                    [export, "\(batch)", ago(days)])
            }
            let gone1 = try await store.perform { try $0.pruneAccess(limit: 1) }
            #expect(gone1 == 2)
            let gone2 = try await store.perform { try $0.pruneAccess(limit: 100) }
            #expect(gone2 == 2)
            let statistics = try await store.perform { try $0.statistics(countingEnded: false) }
            #expect(statistics.refusedWrites == 4)
            #expect(try foreign.sql("SELECT count(*) FROM ix_refused_writes") == [["2"]])
            #expect(try foreign.sql("SELECT DISTINCT export_id FROM ix_moved_batches") == [["young"]])
            try foreign.sql("UPDATE ix_refused_writes SET refused_at = ?", [ago(0)])
            try foreign.sql("INSERT INTO ix_refused_writes (refusal_id, rule, job_id) VALUES (100004, 'edge', 'x')")
            let gone3 = try await store.perform { try $0.pruneAccess(limit: 100) }
            #expect(gone3 == 2)
            await store.close()
        }
    }

    @Test func `a role that this program doesn't know opens, starts and runs nothing`() async throws {
        try await TestFile.with { file in
            let store = file.store()
            _ = try await store.perform { try $0.tokens() }
            let foreign = try Foreign(file)
            let (hash, id) = (String(repeating: "0a", count: 32), UUID.random())
            try foreign.sql("PRAGMA ignore_check_constraints = ON")
            try foreign.sql("INSERT INTO ix_tokens (token_id, hash, name, role) VALUES ('t', x'\(hash)', 'n', 'x')")
            try foreign.sql(
                "INSERT INTO ix_sessions (hash, actor, role, expires_at) VALUES (x'\(hash)', 'a', 'x', ?)",
                [Self.future])
            try foreign.sql("INSERT INTO ix_audit (actor, role, action) VALUES ('a', 'x', 'cancel')")
            for (id, state) in [(id, "preview"), (UUID.random(), "running")] {
                try foreign.sql(
                    """
                    INSERT INTO ix_operations (operation_id, state, action, filter, actor, role, count, expires_at)
                    VALUES (?, ?, 'cancel', '{}', 'a', 'x', 1, ?)
                    """, [id.uuidString.lowercased(), state, Self.future])
            }
            try await store.perform { operations throws -> Void in
                #expect(try operations.token("t") == nil)
                #expect(try operations.session(hash) == nil)
                #expect(try operations.audit(before: nil, limit: 9).map(\.role) == ["x"])
                #expect(try !operations.startBulk(id))
                #expect(try operations.claimBulk(as: .random(), lease: .seconds(60)) == nil)
            }
            let error = await #expect(throws: StoreError.self) { try await store.perform { try $0.bulkOperation(id) } }
            #expect(error?.code == .unreadable)
            await store.close()
        }
    }
}
