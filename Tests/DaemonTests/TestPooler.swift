import IXTestSupport
import Testing

/// A migrated database on a private server, and a PgBouncer before it.
struct TestPooler {
    let database: TestDatabase
    let pooler: PgBouncer
    let url: String

    /// What a daemon behind a pooler is told.
    static let settings = ["postgres.prepared=false", "postgres.listen_url=off"]

    static func with(
        _ schema: TestDatabase.Schema = .migrated, settings: [String] = [], _ body: (TestPooler) async throws -> Void
    ) async throws {
        let server = try await PrivateCluster.shared.url
        try await TestDatabase.with(schema, on: server) { database in
            let pooler = try await PgBouncer(before: server, settings: settings)
            try await body(TestPooler(database: database, pooler: pooler, url: pooler.url(of: database)))
            try await pooler.remove()
        }
    }

    /// A daemon behind it.
    func daemon(_ set: [String] = settings) async throws -> TestDaemon {
        try await TestDaemon.ready(url, set: set + ["worker.count=8", "worker.poll_seconds=0.2"])
    }

    /// So many `echo` jobs at once, from a producer that isn't behind it.
    func enqueue(_ count: Int, _ round: String = "1") async throws {
        try await database.sql(
            """
            SELECT count(*) FROM generate_series(1, \(count)) n,
            LATERAL ix_enqueue('{}', use_case => 'echo', client_id => 'load', request_id => '\(round).' || n)
            """)
    }

    /// Waits for the end of every job; each was done by its first and only start.
    func expectAllDone(_ count: Int, by daemon: TestDaemon) async throws {
        try await database.wait(until: "\(count) = (SELECT count(*) FROM ix_jobs WHERE status = 'done')")
        #expect(try await database.count("status <> 'done' OR attempts > 0") == 0)
        #expect(try await database.sql("SELECT count(*) FROM ix_refused_writes")[0][0] == "0")
        #expect(daemon.process.lines.count { $0.contains(") claimed") } == count)
    }
}
