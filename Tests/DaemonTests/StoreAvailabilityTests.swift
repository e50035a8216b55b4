import IXTestSupport
import Testing

/// The database is away for longer than the lease.
@Suite(.needsOwnCluster, .timeLimit(.minutes(5)))
struct StoreAvailabilityTests {
    private static let short = [
        "worker.count=6", "worker.poll_seconds=1", "worker.lease_seconds=3", "worker.heartbeat_seconds=1",
        "worker.sweep_seconds=0.5", "postgres.call_timeout_seconds=2", "postgres.connect_timeout_seconds=2",
    ]

    @Test(arguments: [1, 6])
    func `an outage longer than the lease costs no result, no run and no start`(batch: Int) async throws {
        let cluster = try await PrivateCluster()
        try await TestDatabase.with(.migrated, on: cluster.url) { database in
            let daemon = try await TestDaemon.ready(database.url, set: Self.short + ["worker.batch=\(batch)"])
            // Its sweep must not take for dead who only couldn't reach the database either.
            let other = try await TestDaemon.ready(database.url, set: Self.short)
            var jobs: [String] = []
            for seconds in [4, 4, 4, 20] {
                jobs.append(
                    try await database.enqueue("sleep", fields: #"{"options":{"seconds":\#(seconds)}}"#))
            }
            try await database.wait(until: "4 = (SELECT count(*) FROM ix_jobs WHERE status = 'running')")
            try await cluster.stop()
            try await daemon.process.waitForLine(containing: "the store does not answer")
            try await passing(.seconds(7))
            try await cluster.start()
            for job in jobs {
                try await database.wait(job, until: "status = 'done' AND attempts = 0", within: .seconds(60))
            }
            for process in [daemon.process, other.process] {
                #expect(!process.lines.contains { $0.contains("lease is lost") || $0.contains("fenced") })
            }
            #expect(try await daemon.terminate() == .code(0))
            #expect(try await other.terminate() == .code(0))
        }
        try await cluster.remove()
    }

    @Test func `a daemon that alone is cut off stops its runs before the lease ends, and they cost no start`()
        async throws
    {
        try await TestDatabase.with(.migrated, on: PrivateCluster.shared.url) { database in
            let proxy = try TCPProxy(to: database.address)
            let daemon = try await TestDaemon.ready(try database.address.url(proxy.detour), set: Self.short)
            let job = try await database.enqueue("sleep", fields: #"{"options":{"seconds":6}}"#)
            try await database.wait(job, until: "status = 'running'")
            let other = try await TestDaemon.ready(database.url, set: Self.short)
            proxy.become(.blackHole)
            try await daemon.process.waitForLine(containing: "the lease is lost; pipelines stopped")
            proxy.become(.open)
            try await database.wait(job, until: "status = 'done' AND max_attempts - attempts = 3")
            #expect(try await daemon.terminate() == .code(0))
            #expect(try await other.terminate() == .code(0))
        }
    }

    @Test func `a table that isn't there for a while costs no result and no restart`() async throws {
        try await TestDatabase.with(.migrated, on: PrivateCluster.shared.url) { database in
            let daemon = try await TestDaemon.ready(database.url, set: Self.short)
            let job = try await database.enqueue("sleep", fields: #"{"options":{"seconds":1}}"#)
            try await database.wait(job, until: "status = 'running'")
            try await database.sql("ALTER TABLE ix_jobs RENAME TO ix_away")
            let said = try await daemon.process.waitForLine(containing: "is kept in memory until")
            #expect(said.contains("does not exist"), "\(said)")
            try await database.sql("ALTER TABLE ix_away RENAME TO ix_jobs")
            try await database.wait(job, until: "status = 'done' AND attempts = 0")
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    /// Until so much time has gone by outside.
    private func passing(_ time: Duration) async throws {
        let end = ContinuousClock.now + time
        _ = try await eventually(within: time * 2) { ContinuousClock.now >= end }
    }
}
