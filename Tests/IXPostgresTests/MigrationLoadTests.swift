import IXCore
import IXStore
import IXTestSupport
import Synchronization
import Testing

@testable import IXPostgres

/// A migration of a table with rows, beside those who use the table.
@Suite(.needsPostgres, .timeLimit(.minutes(3))) struct MigrationLoadTests {
    private static let names = ["ix_jobs_created", "ix_jobs_due", "ix_jobs_due_by_use_case"]

    /// A transaction with a snapshot, for which the build of an index waits. The server ends it where a test fails.
    private static let open =
        "SET idle_in_transaction_session_timeout = '60s'; BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1"

    private func validIndexes(_ db: TestDatabase) async throws -> [String] {
        try await db.sql(
            """
            SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
             WHERE i.indisvalid AND c.relname LIKE 'ix\\_jobs\\_%' ORDER BY 1
            """
        ).compactMap { $0[0] }
    }

    /// Waits until a migrator builds an index, and returns the process of its session.
    private func builder(_ db: TestDatabase) async throws -> String {
        let query = """
            SELECT pid FROM pg_stat_progress_create_index
             WHERE datname = current_database() AND command = 'CREATE INDEX CONCURRENTLY'
            """
        let isBuilding = try await eventually { try await db.sql(query).first?.first != nil }
        guard isBuilding, let process = try await db.sql(query).first?.first ?? nil else {
            throw TestFailure("no index is being built")
        }
        return process
    }

    @Test(arguments: [true, false])
    func `indexes are built beside an open transaction, while others insert and a second migrator waits`(
        _ isPrepared: Bool
    ) async throws {
        try await TestDatabase.withOriginal { db in
            var parameters = db.parameters
            parameters.isPrepared = isPrepared
            let holder = db.session()
            try await holder.sql(Self.open)
            async let first = PostgresMigrator(parameters).up()
            _ = try await builder(db)
            // The tables and functions are there, and callers use them; no daemon starts before the indexes are there.
            let refused = await #expect(throws: StoreError.self) { try await PostgresMigrator(db.parameters).check() }
            #expect(refused?.message.contains("index") == true)
            let store = db.store()
            try await store.insert("meanwhile")
            await store.close()
            async let second = PostgresMigrator(parameters).up()
            try await holder.sql("COMMIT")
            let changes = try await [first, second]
            #expect(changes[0].indexes.sorted() == Self.names && changes[1].isEmpty)
            try await PostgresMigrator(db.parameters).check()
            await holder.close()
        }
    }

    @Test func `a migrator that is killed while it builds an index leaves the rest to the next`() async throws {
        try await TestDatabase.withOriginal { db in
            let (holder, parameters) = (db.session(), db.parameters)
            try await holder.sql(Self.open)
            let killed = Task { try await PostgresMigrator(parameters).up() }
            try await db.sql("SELECT pg_terminate_backend(\(try await builder(db)))")
            let error = await #expect(throws: StoreError.self) { try await killed.value }
            #expect(error?.isTransient == true)
            try await holder.sql("COMMIT")
            await holder.close()
            #expect(try await validIndexes(db) != Self.names)
            let rest = try await PostgresMigrator(parameters).up()
            #expect(rest.versions == [] && rest.functions == [] && !rest.indexes.isEmpty)
            #expect(try await validIndexes(db) == Self.names)
            try await PostgresMigrator(parameters).check()
        }
    }

    @Test func `a large table is adopted while legacy code inserts, and no insert waits long`() async throws {
        try await TestDatabase.withOriginal { db in
            let insert = """
                INSERT INTO ix_jobs (job_id, ix_id, client_id, request_id, status, request, response)
                SELECT gen_random_uuid(), 'tag', $1, n::text, $2, '{"use_case": "u"}', '{"error": null}'
                  FROM generate_series(1, $3::integer) AS n
                """
            try await db.sql(insert, ["many", "done", "100000"])
            let (session, isOver) = (db.session(), Flag())
            async let slowest = {
                var (slowest, round) = (Duration.zero, 0)
                while !isOver.isSet {
                    let start = ContinuousClock.now
                    try await session.sql(insert, ["beside \(round)", "pending", "1"])
                    slowest = max(slowest, ContinuousClock.now - start)
                    round += 1
                }
                return (slowest, round)
            }()
            let changes = try await PostgresMigrator(db.parameters).up()
            isOver.set()
            let (wait, rounds) = try await slowest
            #expect(changes.indexes.sorted() == Self.names)
            #expect(try await db.sql("SELECT count(*) FROM ix_jobs") == [["\(100_070 + rounds)"]])
            #expect(rounds > 0 && wait < .seconds(20))
            await session.close()
        }
    }
}
