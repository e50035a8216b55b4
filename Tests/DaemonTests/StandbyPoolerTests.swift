import AsyncHTTPClient
import FoundationEssentials
import IXTestSupport
import NIOCore
import NIOHTTP1
import Testing

/// Reads from a standby behind a real PgBouncer in transaction mode.
@Suite(.needsPgBouncer, .needsOwnCluster, .timeLimit(.minutes(4)))
struct StandbyPoolerTests {
    @Test func `lists and counts come from a standby behind a pooler, and from the primary while it can't answer`()
        async throws
    {
        try await Self.with { served, servers, pooler, db in
            for _ in 1...3 { _ = try await db.enqueue("later") }
            try await servers.catchUp()
            for path in [
                "/v1/jobs", "/v1/stats", "/v1/stats?ended=exact", "/v1/queues", "/v1/callbacks", "/v1/schedules",
            ] {
                let (status, age) = try await served.age(path)
                #expect(status == 200 && age.map { $0 < 3 } == true, "\(path) \(String(describing: age))")
            }
            #expect(try await served.sample(#"ix_store_standby_reads_total{source="primary"}"#) == "0")
            #expect(try await served.sample("ix_store_standby_up") == "1")
            // What the standby has not replayed is missing, and the answer tells since when.
            try await servers.onStandby("SELECT pg_wal_replay_pause()")
            let late = try await db.enqueue("later")
            let lags = try await eventually {
                let list = try await served.get("/v1/jobs").body
                let age = try await served.age("/v1/jobs").age ?? 0
                return !list.contains(late) && age > 1.2
            }
            #expect(lags)
            // Behind read_max_age_seconds the primary answers.
            let passes = try await eventually(within: .seconds(20)) {
                try await served.get("/v1/jobs").body.contains(late)
            }
            #expect(passes)
            try await served.process.waitForLine(containing: "s old")
            try await servers.onStandby("SELECT pg_wal_replay_resume()")
            try await served.reads(2)
            // The pooler starts anew: no answer fails.
            try await pooler.restart()
            #expect(try await served.get("/v1/jobs").status == 200)
            try await served.isRead(as: "1")
            // The standby is away behind a pooler that answers: no read waits for long.
            try await servers.stopStandby()
            for path in ["/v1/jobs", "/v1/stats"] {
                let start = ContinuousClock.now
                let (status, age) = try await served.age(path)
                #expect(status == 200 && age.map { $0 < 1 } == true, "\(path) \(String(describing: age))")
                #expect(ContinuousClock.now - start < .seconds(4), "\(path)")
            }
            try await served.isRead(as: "0")
            try await servers.startStandby()
            try await served.isRead(as: "1")
        }
    }

    @Test func `the doctor looks at a standby behind a pooler`() async throws {
        try await Self.with { _, servers, pooler, db in
            try await servers.catchUp()
            let url = try servers.standbyURL(of: db, through: pooler)
            let run = try await DoctorRun(db.url, set: ["postgres.prepared=false", "postgres.read_url=\(url)"])
            let told = run.said("reads")
            #expect(told.first?.hasPrefix("ok") == true && told.first?.contains("is a standby") == true, "\(told)")
        }
    }

    /// A daemon on the primary whose reads go through a pooler before the standby, two seconds old at most.
    private static func with(
        _ body: (ServedAddress, Replication, PgBouncer, TestDatabase) async throws -> Void
    ) async throws {
        let servers = try await Replication(isSynchronous: false)
        try await TestDatabase.with(.migrated, on: servers.url) { db in
            try await servers.catchUp()
            let pooler = try await PgBouncer(before: servers.standbyURL(of: db))
            let toml = """
                [postgres]
                prepared = false
                read_url = "\(try servers.standbyURL(of: db, through: pooler))"
                read_max_age_seconds = 3

                """
            let served = try await ServedAddress.running(db.url, toml: toml)
            try await served.reads(1)
            try await body(served, servers, pooler, db)
            served.process.signal(15)
            #expect(try await served.process.exitStatus() == .code(0))
            try await pooler.remove()
        }
        try await servers.remove()
    }
}

extension Replication {
    /// The standby's address through a pooler before the standby, as a user would write it.
    fileprivate func standbyURL(of database: TestDatabase, through pooler: PgBouncer) throws -> String {
        let host = try ServerAddress(pooler.url(of: database))["host"] ?? ""
        return try ServerAddress(standbyURL(of: database)).url(["host": host, "port": "6432"])
    }
}

extension ServedAddress {
    /// Reads until the log says so often that the standby is read.
    fileprivate func reads(_ times: Int) async throws {
        let isRead = try await eventually(within: .seconds(30)) {
            _ = try await get("/v1/jobs")
            return process.lines.count { $0.contains("lists and counts are read from the standby") } >= times
        }
        #expect(isRead, "\(process.lines.suffix(20))")
    }

    /// Reads until the gauge of the standby says so.
    fileprivate func isRead(as text: String) async throws {
        let isRead = try await eventually(within: .seconds(40)) {
            _ = try await get("/v1/jobs")
            return try await sample("ix_store_standby_up") == text
        }
        #expect(isRead, "\(process.lines.suffix(20))")
    }

    /// The status of an answer, and the seconds by which its data lag.
    fileprivate func age(_ path: String) async throws -> (status: Int, age: Double?) {
        let request = HTTPClientRequest(url: "http://\(address)\(path)")
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        _ = try await response.body.collect(upTo: 4 << 20)
        return (Int(response.status.code), response.headers.first(name: "ix-data-age").flatMap { Double($0) })
    }

    /// The value of a sample of /metrics.
    fileprivate func sample(_ name: String) async throws -> String? {
        try await get("/metrics").body.split(separator: "\n").first { $0.hasPrefix(name + " ") }?
            .split(separator: " ").last.map(String.init)
    }
}
