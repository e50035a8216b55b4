import IXPostgres
import IXStore
import IXTestSupport
import Testing

/// The stores that must keep every rule of the suite; another store is one more case.
enum StoreUnderTest: CaseIterable, Sendable {
    case postgres

    /// Runs `body` with an empty store of its own.
    func with(connections: Int = 2, _ body: (any JobStore) async throws -> Void) async throws {
        switch self {
        case .postgres: try await withPostgres(connections, body)
        }
    }

    private func withPostgres(_ connections: Int, _ body: (any JobStore) async throws -> Void) async throws {
        // Says so in the run's result; with CI=true it is available, and fails.
        guard PrivateCluster.isAvailable else { try Test.cancel(Comment(rawValue: PrivateCluster.missing)) }
        try await TestDatabase.with { db in
            let store = db.store(connections: connections)
            do { try await body(store) } catch {
                await store.close()
                throw error
            }
            await store.close()
        }
    }
}

/// The rules of the seam, one test each, for every store.
@Suite(.timeLimit(.minutes(3))) struct StoreConformance {}
