import IXTestSupport
import Testing

/// The daemon and its listener: notifications make it quick, and nothing more than quick depends on them.
@Suite(.needsPostgres, .timeLimit(.minutes(3)))
struct ListenerDaemonTests {
    @Test func `when its listener is killed a job waits for the poll at most, and LISTEN is back soon`() async throws {
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(database.url, set: ["worker.poll_seconds=1"])
            try await database.waitForListener()
            let before = try await database.listener()
            try await database.sql(
                """
                SELECT pg_terminate_backend(\(before ?? "0"));
                SELECT ix_enqueue('{}', use_case => 'echo', client_id => 'test', request_id => 'then')
                """)
            try await database.expectPickedUp(within: 1)
            try await database.waitForListener(otherThan: before)
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `a connection that goes dead is replaced while its other end still holds it`() async throws {
        try await TestDatabase.with { database in
            let (daemon, proxy, before) = try await database.daemonListeningThroughProxy()
            proxy.become(.blackHole)
            _ = try await database.enqueue("echo")
            try await database.expectPickedUp(within: 1)
            proxy.become(.open)  // for new connections: the old one has lost a byte and stays dead
            try await database.waitForListener(otherThan: before)
            #expect(try await database.count(backend: before) == 1)
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `after a black hole that outlived every try it listens again`() async throws {
        try await TestDatabase.with { database in
            let (daemon, proxy, before) = try await database.daemonListeningThroughProxy()
            proxy.become(.blackHole)
            try await daemon.process.waitForLine(containing: "listener lost its connection")
            _ = try await database.enqueue("echo")
            try await database.expectPickedUp(within: 1)
            proxy.become(.open)
            try await database.waitForListener(otherThan: before)
            try await daemon.process.waitForLine(containing: "listener is back")
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `a burst in one transaction wakes as many idle workers as there are jobs`() async throws {
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(
                database.url, set: ["worker.count=12", "worker.poll_seconds=3600", "worker.grace_seconds=0"])
            try await database.waitForListener()
            // One transaction, so one notification.
            try await database.sql(
                """
                SELECT count(*) FROM generate_series(1, 12) n, LATERAL ix_enqueue(
                    '{"options": {"seconds": 600}}', use_case => 'sleep', client_id => 'test', request_id => 'b' || n)
                """)
            try await database.wait(
                until: "12 = (SELECT count(*) FROM ix_jobs WHERE status = 'running')", within: .seconds(10))
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `one of several daemons starts a job that was committed behind another's notification`() async throws {
        try await TestDatabase.with { database in
            var daemons: [TestDaemon] = []
            for _ in 0..<3 {
                daemons.append(
                    try await TestDaemon.ready(
                        database.url,
                        set: ["worker.poll_seconds=3600", "worker.sweep_seconds=0.5", "postgres.connections=2"]))
            }
            // Each daemon has asked for its neighbours since the last began.
            try await database.wait(
                until: """
                    3 = (SELECT count(*) FROM pg_stat_activity
                          WHERE datname = current_database() AND application_name = 'ix-worker duties'
                            AND query LIKE '-- foreign_work%'
                            AND query_start > (SELECT max(started_at) FROM ix_daemons))
                    """, within: .seconds(30))
            for number in 1...5 {
                try await database.sql(
                    """
                    SELECT ix_send_hint((extract(epoch FROM clock_timestamp()) * 2000)::bigint); COMMIT;
                    BEGIN; SET LOCAL ix.notify = off; SELECT pg_sleep(0.005);
                    SELECT ix_enqueue('{}', use_case => 'echo', client_id => 'test', request_id => 'behind \(number)'); COMMIT
                    """)
                try await database.wait(
                    until: "\(number) = (SELECT count(*) FROM ix_jobs WHERE status = 'done')", within: .seconds(10))
            }
            for daemon in daemons { #expect(try await daemon.terminate() == .code(0)) }
        }
    }

    @Test func `a job that sent no notification is started soon after another that did`() async throws {
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(
                database.url, set: ["worker.count=8", "worker.poll_seconds=3600", "worker.grace_seconds=0"])
            try await database.waitForListener()
            let one = """
                SELECT ix_enqueue('{"options": {"seconds": 600}}', use_case => 'sleep', client_id => 'test'
                """
            // Two notify, for the third it is too soon; it is committed after the first look.
            try await database.sql(
                """
                \(one), request_id => '1'); COMMIT; \(one), request_id => '2'); COMMIT;
                BEGIN; \(one), request_id => '3'); SELECT pg_sleep(0.06); COMMIT
                """)
            try await database.wait(
                until: "3 = (SELECT count(*) FROM ix_jobs WHERE status = 'running')", within: .seconds(10))
            #expect(try await daemon.terminate() == .code(0))
        }
    }
}

extension TestDatabase {
    /// A daemon whose listener alone goes through a proxy, with short limits.
    fileprivate func daemonListeningThroughProxy() async throws -> (TestDaemon, TCPProxy, listener: String?) {
        let proxy = try TCPProxy(to: address)
        let daemon = try await TestDaemon.ready(
            url,
            set: [
                "worker.poll_seconds=1", "postgres.listen_url=\(try address.url(proxy.detour))",
                "postgres.call_timeout_seconds=1", "postgres.connect_timeout_seconds=2",
            ])
        try await waitForListener()
        return (daemon, proxy, try await listener())
    }

    /// The backend of the daemon's listener.
    fileprivate func listener() async throws -> String? {
        try await sql("SELECT pid FROM pg_stat_activity WHERE \(Self.isListener)").first?[0]
    }

    /// Waits until another connection listens; the promise is 20 seconds.
    fileprivate func waitForListener(otherThan before: String?) async throws {
        try await wait(
            until: """
                EXISTS (SELECT 1 FROM pg_stat_activity WHERE \(Self.isListener) AND pid <> \(before ?? "0")
                AND query LIKE 'LISTEN%')
                """, within: .seconds(20))
    }

    fileprivate func count(backend: String?) async throws -> Int {
        Int(try await sql("SELECT count(*) FROM pg_stat_activity WHERE pid = \(backend ?? "0")")[0][0]!)!
    }

    /// The only job was claimed within the poll interval, which is drawn up to a fifth longer; a second for a slow machine.
    fileprivate func expectPickedUp(within poll: Double) async throws {
        try await wait(until: "EXISTS (SELECT 1 FROM ix_jobs WHERE status = 'done')")
        let waited = try await sql("SELECT extract(epoch FROM started_at - created_at) FROM ix_jobs")[0][0]
        #expect(waited.flatMap(Double.init)! < poll * 1.2 + 1, "it waited \(waited ?? "") s")
    }

    private static let isListener = "datname = current_database() AND application_name LIKE '%(listener)'"
}
