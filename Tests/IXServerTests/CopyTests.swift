import IXCore
import IXPostgres
import IXStore
import IXTestSupport
import NIOHTTP1
import Testing

@testable import IXServer

/// A server that reads lists and counts from a standby.
@Suite(.timeLimit(.minutes(3))) struct CopyTests {
    private static func age(_ reply: ServedStore.Reply) -> Double? {
        reply.headers.first(name: "ix-data-age").flatMap { Double($0) }
    }

    @Test func `a list shows the standby's state with its age, and a job by its id the newest`() async throws {
        try await ServedStore.withStandby { served, servers in
            let (token, producer) = (try await served.token(.operator), try await served.token(.producer))
            _ = try await served.enqueue("1", producer)
            try await servers.catchUp()
            try await served.until { try await Self.jobs(served.get("/v1/jobs", token)) == 1 }
            try await servers.onStandby("SELECT pg_wal_replay_pause()")
            let job = try await served.enqueue("2", producer)
            try await served.until {
                let list = try await served.get("/v1/jobs", token)
                return try Self.jobs(list) == 1 && Self.age(list).map { $0 > 1.5 } == true
            }
            #expect(try await served.get("/v1/jobs/\(job)", token).status == 200)
            #expect(try await served.get("/v1/jobs/lookup?client_id=shop&request_id=2", token).status == 200)
            #expect(Self.age(try await served.get("/v1/jobs/\(job)", token)) == nil)
            let newest = try await served.get("/v1/jobs", token, [("cache-control", "no-cache")])
            #expect(try Self.jobs(newest) == 2)
            #expect(Self.age(newest).map { $0 < 1 } == true)
            let stats = try await served.get("/v1/stats", token)
            let age = try stats.object()["data_age_seconds"]?.number
            #expect(try stats.object()["due"]?.number == 1 && age.map { $0 > 1.5 } == true, "\(stats.body)")
            let lines = try await served.get("/v1/jobs", token, [("accept", "application/x-ndjson")])
            #expect(lines.body.split(separator: "\n").count == 1 && Self.age(lines).map { $0 > 1.5 } == true)
            try await servers.onStandby("SELECT pg_wal_replay_resume()")
            try await served.until { try await Self.jobs(served.get("/v1/jobs", token)) == 2 }
        }
    }

    private static func jobs(_ reply: ServedStore.Reply) throws -> Int {
        try #require(try reply.object()["jobs"]?.elements, "\(reply.body)").count
    }

    private static let paths = [
        "/v1/jobs", "/v1/stats", "/v1/stats?ended=exact", "/v1/history", "/v1/queues", "/v1/groups?queue=echo",
        "/v1/daemons", "/v1/pipelines", "/v1/pipelines/extract", "/v1/callbacks", "/v1/endpoints", "/v1/schedules",
    ]

    @Test func `every read of the whole queue comes from the standby, and from the primary when the standby is away`()
        async throws
    {
        try await ServedStore.withStandby { served, servers in
            let token = try await served.token(.operator)
            try await servers.catchUp()
            for path in Self.paths {
                let reply = try await served.get(path, token)
                #expect(reply.status == 200 && Self.age(reply) != nil, "\(path) \(reply.body)")
            }
            let text = try await served.get("/metrics", token).body
            #expect(text.contains("ix_store_standby_up 1\n"))
            #expect(text.contains(#"ix_store_standby_reads_total{source="primary"} 0"#))
            #expect(text.contains(#"ix_store_connections{pool="http_standby",state="idle"}"#))
            try await servers.stopStandby()
            for path in Self.paths {
                let reply = try await served.get(path, token)
                #expect(reply.status == 200 && Self.age(reply).map { $0 < 1 } == true, "\(path) \(reply.body)")
            }
            #expect(try await served.get("/metrics", token).body.contains("ix_store_standby_up 0\n"))
            try await servers.startStandby()
            try await served.until {
                _ = try await served.get("/v1/queues", token)
                return try await served.get("/metrics", token).body.contains("ix_store_standby_up 1\n")
            }
        }
    }

    @Test func `a server without a standby tells no age`() async throws {
        try await ServedStore.with { served in
            let reply = try await served.get("/v1/jobs", served.token(.reader))
            #expect(reply.status == 200 && Self.age(reply) == nil)
            let text = try await served.get("/metrics", served.token(.metrics)).body
            #expect(!text.contains("\nix_store_standby_up "))
        }
    }
}
