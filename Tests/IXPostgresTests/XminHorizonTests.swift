import FoundationEssentials
import IXPostgres
import IXStore
import IXTestSupport
import Testing

/// Who keeps dead rows from being cleared, as each role may see it.
@Suite(.needsOwnCluster, .timeLimit(.minutes(3))) struct XminHorizonTests {
    private func holding<Value>(
        _ db: TestDatabase, _ begin: String, _ body: (SQLSession) async throws -> Value
    ) async throws -> Value {
        let holder = db.session()
        try await holder.sql("SET application_name = 'reporting'; \(begin)")
        let value = try await body(holder)
        await holder.close()
        return value
    }

    private func holds(_ store: PostgresStore) async throws -> [XminHorizonHold] {
        try await store.xminHorizonHolds().filter { $0.holder.contains("reporting") }
    }

    @Test(arguments: [
        "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1", "BEGIN; SELECT pg_current_xact_id()",
        "BEGIN; DECLARE c CURSOR FOR SELECT generate_series(1, 9); FETCH c",
    ])
    func `an open snapshot or write is named with its age, the same as long as it is open`(_ begin: String) async throws
    {
        try await TestDatabase.with(on: PrivateCluster.shared.url) { db in
            let store = db.store()
            try await holding(db, begin) { holder in
                let first = try #require(try await holds(store).first)
                try await db.sql("SELECT pg_current_xact_id()")
                let second = try #require(try await holds(store).first)
                #expect(first.id == second.id && second.transactions > first.transactions)
                #expect(first.holder.hasPrefix("transaction pid ") && first.holder.hasSuffix("idle in transaction"))
                #expect(try #require(first.seconds) <= #require(second.seconds))
                try await holder.sql("ROLLBACK")
                let after = try await holds(store)
                #expect(after.isEmpty)
            }
            await store.close()
        }
    }

    @Test func `a worker's role, which may not look into others' sessions, sees who and how far back`() async throws {
        try await RoleDatabase.with { db in
            let store = try db.store(as: "ix_worker")
            try await holding(db, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1") { _ in
                try await db.sql("SELECT pg_current_xact_id()")
                let hold = try #require(try await holds(store).first)
                #expect(hold.seconds == nil && hold.transactions >= 1 && hold.holder.contains("pid "))
                let shown = try await store.perform { try $0.statistics(countingEnded: false) }.xminHorizon
                #expect(shown != nil)
            }
            await store.close()
        }
    }

    @Test func `a transaction that holds nothing, or of another database, is not named`() async throws {
        try await TestDatabase.withTwo(on: PrivateCluster.shared.url) { db, other in
            let store = db.store()
            try await holding(db, "BEGIN; SELECT 1") { _ in
                try await holding(other, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1") { _ in
                    let found = try await holds(store)
                    #expect(found.isEmpty)
                }
            }
            await store.close()
        }
    }
}
