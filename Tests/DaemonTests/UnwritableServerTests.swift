import IXTestSupport
import Testing

/// Servers that can't be written to for a while, or have no room for another client.
@Suite(.needsOwnCluster, .timeLimit(.minutes(3)))
struct UnwritableServerTests {
    private static let settings = [
        "worker.count=8", "worker.poll_seconds=3600", "worker.heartbeat_seconds=0.5", "postgres.call_timeout_seconds=2",
    ]

    @Test func `a server that turns read-only is waited for, and the daemon says so`() async throws {
        let cluster = try await PrivateCluster()
        try await TestDatabase.with(.migrated, on: cluster.url) { database in
            let daemon = try await TestDaemon.ready(database.url, set: Self.settings)
            try await database.turnReadOnly("on")
            let said = try await daemon.process.waitForLine(containing: "the store does not answer")
            #expect(said.contains("read-only"), "\(said)")
            try await database.turnReadOnly("off")
            try await daemon.process.waitForLine(containing: "the store answers again")
            let job = try await database.enqueue("echo")
            try await database.wait(job, until: "status = 'done'")
            #expect(try await daemon.terminate() == .code(0))
        }
        try await cluster.remove()
    }

    @Test func `a server that is read-only at the start is waited for`() async throws {
        let cluster = try await PrivateCluster()
        try await TestDatabase.with(.migrated, on: cluster.url) { database in
            try await database.turnReadOnly("on")
            let daemon = try TestDaemon(database.url)
            let said = try await daemon.process.waitForLine(containing: "waiting for the database")
            #expect(said.contains("read-only"), "\(said)")
            try await database.turnReadOnly("off")
            try await daemon.process.waitForLine(containing: " ready ")
            #expect(try await daemon.terminate() == .code(0))
        }
        try await cluster.remove()
    }

    @Test func `a server without room for another client is waited for, at the start and later`() async throws {
        try await TestDatabase.with(.migrated, on: PrivateCluster.shared.url) { database in
            let role = try await ClientRole(database)
            try await role.limit(0)
            let daemon = try TestDaemon(role.url, set: Self.settings)
            let atStart = try await daemon.process.waitForLine(containing: "waiting for the database")
            #expect(atStart.contains("too many connections"), "\(atStart)")
            try await role.limit(-1)
            try await daemon.process.waitForLine(containing: " ready ")
            try await role.limit(0)
            try await role.terminate()
            let job = try await database.enqueue("echo")
            let later = try await daemon.process.waitForLine(containing: "the store does not answer")
            #expect(later.contains("terminat") || later.contains("too many connections"), "\(later)")
            try await role.limit(-1)
            try await daemon.process.waitForLine(containing: "the store answers again")
            try await database.wait(job, until: "status = 'done'")
            #expect(try await daemon.terminate() == .code(0))
            try await role.drop()
        }
    }
}

extension TestDatabase {
    fileprivate func turnReadOnly(_ value: String) async throws {
        try await sql("ALTER SYSTEM SET default_transaction_read_only = \(value)")
        try await sql("SELECT pg_reload_conf()")
        // The signal reaches each session by itself; this one's next write counts on it.
        let isTold = try await eventually { try await sql("SHOW default_transaction_read_only")[0][0] == value }
        guard isTold else { throw TestFailure("default_transaction_read_only isn't \(value)") }
    }
}

/// A login that isn't a superuser, with a limit on its connections.
private struct ClientRole {
    let database: TestDatabase
    let name: String
    let url: String

    init(_ database: TestDatabase) async throws {
        self.database = database
        name = database.name + "_client"
        url = try database.address.url(["user": name])
        try await database.sql(
            """
            CREATE ROLE \(name) LOGIN; GRANT ALL ON ALL TABLES IN SCHEMA public TO \(name);
            GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO \(name);
            GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO \(name)
            """)
    }

    func limit(_ count: Int) async throws { try await database.sql("ALTER ROLE \(name) CONNECTION LIMIT \(count)") }

    func terminate() async throws {
        try await database.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '\(name)'")
    }

    func drop() async throws { try await database.sql("DROP OWNED BY \(name); DROP ROLE \(name)") }
}
