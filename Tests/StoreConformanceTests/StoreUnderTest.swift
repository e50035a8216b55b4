import IXPostgres
import IXSQLite
import IXStore
import IXTestSupport
import Testing

/// The stores that must keep every rule of the suite; another store is one more case.
enum StoreUnderTest: CaseIterable, Sendable {
    case postgres, sqlite
    /// PostgreSQL once more, by a role that may do what a daemon does and nothing else.
    case postgresAsWorker

    /// What a store has beyond what every store must have. A rule that leans on one says what holds without it.
    struct Capabilities: OptionSet, Sendable {
        let rawValue: Int
        /// Several daemons at a time, each alive while its lease is.
        static let leases = Capabilities(rawValue: 1)
        /// Transactions that write side by side.
        static let parallelWrites = Capabilities(rawValue: 2)
        /// Jobs leave for another store and come in from one: an owner's right.
        static let moves = Capabilities(rawValue: 4)
        /// Old transactions keep dead rows from being cleared.
        static let xminHorizon = Capabilities(rawValue: 8)
        /// The store's login may set queues: an operator's right.
        static let queues = Capabilities(rawValue: 16)
    }

    var capabilities: Capabilities {
        switch self {
        case .postgres: [.leases, .parallelWrites, .moves, .xminHorizon, .queues]
        case .postgresAsWorker: [.leases, .parallelWrites, .xminHorizon]
        case .sqlite: [.moves, .queues]
        }
    }

    static let movable = allCases.filter { $0.has(.moves) }
    static let operated = allCases.filter { $0.has(.queues) }

    func has(_ capability: Capabilities) -> Bool { capabilities.contains(capability) }

    /// Runs `body` with an empty store of its own.
    func with(connections: Int = 2, _ body: (any JobStore) async throws -> Void) async throws {
        switch self {
        case .postgres:
            // Says so in the run's result; with CI=true it is available, and fails.
            guard PrivateCluster.isAvailable else { try Test.cancel(Comment(rawValue: PrivateCluster.missing)) }
            try await TestDatabase.with { db in
                try await Self.closing(db.store(connections: connections), body)
                #expect(try await db.sql(Self.faults) == [], "the notes beside the rows")
            }
        case .postgresAsWorker:
            guard PrivateCluster.canBeMade else { try Test.cancel(Comment(rawValue: PrivateCluster.missing)) }
            try await RoleDatabase.with { db in
                try await Self.closing(db.store(as: "ix_worker", connections: connections), body)
            }
        case .sqlite:
            try await TestFile.with { file in
                let store = file.store(sessions: connections)
                try await store.hold(as: "the test")
                try await Self.closing(store, body)
            }
        }
    }

    /// Rows of which due_at, ix_running, ix_expiring, ix_lines or ix_errors doesn't say what the row says.
    private static let faults = """
        SELECT job_id, status, run_at, created_at, due_at, expires_at FROM ix_jobs j
         WHERE due_at IS DISTINCT FROM CASE WHEN status = 'pending' AND queue IS NULL AND waits IS NULL
                                            THEN coalesce(run_at, created_at) END
            OR status = 'running' AND NOT EXISTS (SELECT 1 FROM ix_running r WHERE j.job_id = ANY (r.job_ids))
            OR status = 'pending' AND expires_at IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM ix_expiring e WHERE (e.job_id, e.expires_at) = (j.job_id, j.expires_at))
            OR status = 'error' AND NOT EXISTS (SELECT 1 FROM ix_errors e WHERE (e.created_at, e.job_id) = (j.created_at, j.job_id))
            OR (status = 'pending' AND queue IS NOT NULL AND waits IS NULL OR status IN ('done', 'error'))
               AND (status = 'pending') <> EXISTS (SELECT 1 FROM ix_lines l WHERE l.job_id = j.job_id AND NOT l.held)
        """

    private static func closing(_ store: some JobStore, _ body: (any JobStore) async throws -> Void) async throws {
        do { try await body(store) } catch {
            await store.close()
            throw error
        }
        await store.close()
    }
}

/// The rules of the seam, one test each, for every store.
@Suite(.timeLimit(.minutes(3))) struct StoreConformance {}
