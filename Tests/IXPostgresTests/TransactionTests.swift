import IXCore
import IXPostgres
import IXStore
import IXTestSupport
import Synchronization
import Testing

/// What PostgreSQL adds to the seam's transactions: conflicts and statements of the caller's own.
@Suite(.needsPostgres, .timeLimit(.minutes(3))) struct TransactionTests {
    @Test(arguments: ["40P01", "40001"])
    func `a deadlock or serialization failure is tried again`(_ state: String) async throws {
        try await TestDatabase.with { db in
            let store = db.store(connections: 1)
            let tries = Tries()
            let inserted = try await store.perform { operations in
                if tries.count() < 4 { try operations.raise(state) }
                return try operations.insertPending(.make("a"))
            }
            #expect(tries.total == 4 && !inserted.isDuplicate)
            await store.close()
        }
    }

    @Test func `a conflict that never ends comes out after five tries`() async throws {
        try await TestDatabase.with { db in
            let (store, tries) = (db.store(connections: 1), Tries())
            let error = await #expect(throws: StoreError.self) {
                try await store.perform { operations in
                    _ = tries.count()
                    try operations.raise("40P01")
                }
            }
            #expect(error?.code == .conflict && tries.total == 5)
            await store.close()
        }
    }

    @Test func `two real transactions that deadlock: one goes through, the other says conflict`() async throws {
        try await TestDatabase.with { db in
            let store = db.store(connections: 2)
            try await db.sql("CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t VALUES (1, 0), (2, 0)")
            let meeting = Meeting(of: 2)
            let cross: @Sendable (Int, Int) async throws -> Void = { first, second in
                try await store.transaction { operations in
                    try operations.raw("UPDATE t SET n = n + 1 WHERE id = \(first)")
                    try meeting.wait()
                    try operations.raw("UPDATE t SET n = n + 1 WHERE id = \(second)")
                }
            }
            let (one, two) = (Task { try await cross(1, 2) }, Task { try await cross(2, 1) })
            let results = [await one.result, await two.result]
            let errors = results.compactMap { result -> StoreError? in
                guard case .failure(let error) = result else { return nil }
                return error as? StoreError
            }
            let rows = try await db.sql("SELECT n FROM t ORDER BY id")
            #expect(errors.map(\.code) == [.conflict] && rows == [["1"], ["1"]])
            await store.close()
        }
    }

    @Test func `a transaction whose body swallowed a failure doesn't pretend to have committed`() async throws {
        try await TestDatabase.with { db in
            let store = db.store(connections: 1)
            let error = await #expect(throws: StoreError.self) {
                try await store.transaction { operations in
                    _ = try operations.insertPending(.make("a"))
                    do { try operations.raise("22012") } catch {}
                }
            }
            #expect(error?.code == .internal)
            let after = try await store.insert("a")
            #expect(!after.isDuplicate)
            await store.close()
        }
    }

    @Test func `a caller's own rows go with the job, both ways`() async throws {
        try await TestDatabase.with { db in
            let store = db.store(connections: 1)
            try await db.sql("CREATE TABLE orders (id int)")
            await #expect(throws: Rollback.self) {
                try await store.transaction { operations in
                    try operations.raw("INSERT INTO orders VALUES (1)")
                    _ = try operations.insertPending(.make("a"))
                    throw Rollback()
                }
            }
            let none = (try await db.count("orders"), try await db.count("ix_jobs"))
            try await store.transaction { operations in
                try operations.raw("INSERT INTO orders VALUES (1)")
                _ = try operations.insertPending(.make("a"))
            }
            let both = (try await db.count("orders"), try await db.count("ix_jobs"))
            #expect(none == (0, 0) && both == (1, 1))
            await store.close()
        }
    }

    @Test func `a transaction left open by a body doesn't reach the next user of the connection`() async throws {
        try await TestDatabase.with { db in
            let store = db.store(connections: 1)
            try await store.raw("BEGIN")
            try await store.insert("a")
            let seen = try await eventually(within: .seconds(5)) { try await db.count("ix_jobs") == 1 }
            #expect(seen)
            await store.close()
        }
    }
}

/// How often a body has run.
private final class Tries: Sendable {
    private let value = Mutex(0)
    var total: Int { value.withLock { $0 } }

    func count() -> Int {
        value.withLock { value in
            value += 1
            return value
        }
    }
}

extension JobOperations {
    fileprivate func raw(_ sql: String) throws {
        guard let operations = self as? PostgresOperations else { throw TestFailure("not PostgreSQL") }
        try operations.query(sql)
    }

    fileprivate func raise(_ state: String) throws {
        try raw("DO $$ BEGIN RAISE EXCEPTION SQLSTATE '\(state)'; END $$")
    }
}
