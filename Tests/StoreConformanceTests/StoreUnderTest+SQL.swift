import GRDB
import IXPostgres
import IXSQLite
import IXStore
import IXTestSupport
import Testing

extension StoreUnderTest {
    /// Runs `body` with an empty store of its own, and a way past the seam to rows as no call of the seam leaves them.
    func withSQL(_ body: (any JobStore, @Sendable (String) async throws -> Void) async throws -> Void) async throws {
        switch self {
        case .postgres, .postgresAsWorker:
            guard PrivateCluster.isAvailable else { try Test.cancel(Comment(rawValue: PrivateCluster.missing)) }
            try await TestDatabase.with { db in
                let store = db.store()
                try await body(store) { _ = try await db.sql($0) }  // ignored: the rows
                await store.close()
            }
        case .sqlite:
            try await TestFile.with { file in
                let store = file.store()
                try await store.hold(as: "the test")
                let queue = try DatabaseQueue(path: file.path)
                try await body(store) { sql in try await queue.write { try $0.execute(sql: sql) } }
                await store.close()
            }
        }
    }
}
