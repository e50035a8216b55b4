import IXTestSupport
import Testing

/// Servers that change place.
@Suite(.needsOwnCluster, .timeLimit(.minutes(3)))
struct FailoverTests {
    /// No poll: what comes back by itself is the listener.
    private static let settings = [
        "worker.count=8", "worker.poll_seconds=3600", "worker.heartbeat_seconds=0.5", "postgres.call_timeout_seconds=2",
    ]

    @Test func `after a failover every acknowledged job is done once, and notifications come again`() async throws {
        let servers = try await Replication()
        try await TestDatabase.with(.migrated, on: servers.url) { database in
            let daemon = try await TestDaemon.ready(database.url, set: Self.settings)
            try await database.waitForListener()
            let producer = Task { try await database.produce(600) }
            try await database.wait(until: "100 < (SELECT count(*) FROM ix_jobs)")
            try await servers.crashPrimary()
            try await daemon.process.waitForLine(containing: "the store does not answer")
            try await servers.promoteStandby()
            try await producer.value
            try await database.wait(
                until: "NOT EXISTS (SELECT 1 FROM ix_jobs WHERE status <> 'done')", within: .seconds(60))
            #expect(try await database.count("true") == 600)
            try await database.waitForListener()
            let late = try await database.enqueue("echo")
            try await database.wait(late, until: "status = 'done'", within: .seconds(10))
            #expect(try await daemon.terminate() == .code(0))
            // Counted after the end: a job's row is done a moment before its line is read here.
            #expect(daemon.process.lines.count { $0.contains(") done in ") } == 601)
            #expect(daemon.process.lines.contains { $0.contains("listener is back") })
        }
        try await servers.remove()
    }

    @Test func `a primary that falls silent is given up for the promoted standby`() async throws {
        let servers = try await Replication()
        try await TestDatabase.with(.migrated, on: servers.url) { database in
            let proxy = try TCPProxy(to: servers.primaryAddress)
            let daemon = try await TestDaemon.ready(
                servers.address(of: database, detour: proxy.detour),
                set: Self.settings + ["postgres.connect_timeout_seconds=2", "worker.poll_seconds=1"])
            let job = try await database.enqueue("sleep", fields: #"{"options":{"seconds":1}}"#)
            try await database.wait(job, until: "status = 'running'")
            proxy.become(.blackHole)
            try await servers.crashPrimary()
            try await servers.promoteStandby()
            try await database.wait(job, until: "status = 'done' AND attempts = 0")
            let next = try await database.enqueue("echo")
            try await database.wait(next, until: "status = 'done'")
            #expect(try await daemon.terminate() == .code(0))
        }
        try await servers.remove()
    }

    @Test func `a claim that the failover lost is fenced, though the newer one has the same attempt`() async throws {
        let servers = try await Replication(isSynchronous: false)
        try await TestDatabase.with(.migrated, on: servers.url) { database in
            let daemon = try await TestDaemon.ready(
                database.url, set: Self.settings + ["worker.poll_seconds=0.2", "worker.lease_seconds=60"])
            let job = try await database.enqueueSleep(seconds: 5, in: 2)
            try await servers.detachStandby()
            #expect(try await database.job(job, "status") == "pending")
            try await database.wait(job, until: "status = 'running'")
            let lost = try await database.job(job, "(attempts, claim_id)")
            try await servers.crashPrimary()
            try await servers.promoteStandby()
            try await database.wait(job, until: "status = 'done'")
            // Stopped by the first heartbeat that sees the newer claim, or fenced when its end comes before that.
            let isRefused = try await eventually {
                daemon.process.lines.contains { $0.contains(") fenced") || $0.contains(") dropped") }
            }
            #expect(isRefused)
            #expect(try await database.job(job, "attempts") == "0")
            #expect(try await database.job(job, "(attempts, finished_claim)") != lost)
            #expect(try await daemon.terminate() == .code(0))
            #expect(daemon.process.lines.count { $0.contains(") done in ") } == 1)
        }
        try await servers.remove()
    }
}

extension TestDatabase {
    /// Enqueues `echo` jobs one by one, each until it is acknowledged.
    fileprivate func produce(_ count: Int) async throws {
        for number in 1...count {
            let isAcknowledged = try await eventually(within: .seconds(60)) {
                // ignored: not acknowledged, so it is sent again under the same key
                (try? await enqueue("echo", "\(number)")) != nil
            }
            guard isAcknowledged else { throw TestFailure("job \(number) is not acknowledged") }
        }
    }

    /// A job that is due a little later.
    fileprivate func enqueueSleep(seconds: Int, in delay: Int) async throws -> String {
        let fields = #"{"options":{"seconds":\#(seconds)}}"#
        return try await sql(
            """
            SELECT job_id FROM ix_enqueue($1::jsonb, use_case => 'sleep', client_id => 'test', request_id => 'later',
            run_at => now() + make_interval(secs => \(delay)))
            """, [fields])[0][0]!
    }
}
