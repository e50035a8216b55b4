import FoundationEssentials
import IXCore
import IXRepresentation
import IXStore
import IXTestSupport
import NIOHTTP1
import Testing

@testable import IXServer

/// Pages of a list that primary and standby answer in turn.
@Suite(.timeLimit(.minutes(3))) struct CopyPagesTests {
    private static let newest = [("cache-control", "no-cache")]

    private static func age(_ reply: ServedStore.Reply) -> Double? {
        reply.headers.first(name: "ix-data-age").flatMap { Double($0) }
    }

    private static func requests(_ reply: ServedStore.Reply) throws -> [String] {
        let jobs = try #require(try reply.object()["jobs"]?.elements, "\(reply.body)")
        return jobs.compactMap { $0.object?["request_id"]?.string }
    }

    private static func next(_ reply: ServedStore.Reply) throws -> String {
        try #require(try reply.object()["next"]?.string, "\(reply.body)")
    }

    /// Six jobs, of which the standby has three and stays behind.
    private func lagging(
        _ body: (ServedStore, _ token: String, _ start: Timestamp) async throws -> Void
    ) async throws {
        try await ServedStore.withStandby { served, servers in
            let (token, producer) = (try await served.token(.operator), try await served.token(.producer))
            for number in 1...3 { _ = try await served.enqueue("\(number)", producer) }
            try await servers.catchUp()
            try await served.until { try await Self.requests(served.get("/v1/jobs", token)).count == 3 }
            try await servers.onStandby("SELECT pg_wal_replay_pause()")
            let start = Timestamp.now
            for number in 4...6 { _ = try await served.enqueue("\(number)", producer) }
            try await served.until {
                let list = try await served.get("/v1/jobs", token)
                return try Self.requests(list).count == 3 && Self.age(list).map { $0 > 1.5 } == true
            }
            try await body(served, token, start)
            try await servers.onStandby("SELECT pg_wal_replay_resume()")
        }
    }

    @Test func `the pages of primary and standby lack no job, and none comes twice`() async throws {
        try await lagging { served, token, _ in
            let first = try await served.get("/v1/jobs?limit=2", token, Self.newest)
            #expect(try Self.requests(first) == ["6", "5"])
            let second = try await served.get("/v1/jobs?limit=2&after=\(Self.next(first))", token)
            #expect(try Self.requests(second) == ["4", "3"])
            let lines = try await served.get(
                "/v1/jobs?after=\(Self.next(first))", token, [("accept", "application/x-ndjson")])
            #expect(lines.body.split(separator: "\n").count == 4, "\(lines.body)")
            // Jobs older than the standby's data are all there.
            let old = ListPosition(createdAt: (Timestamp.now - .seconds(600)).text, jobID: .random()).cursor
            let third = try await served.get("/v1/jobs?limit=2&after=\(old)", token)
            #expect(try Self.requests(third).isEmpty)
            #expect(Self.age(third).map { $0 > 1.5 } == true, "\(third.headers)")
        }
    }

    @Test func `a page of callbacks behind another is the primary's`() async throws {
        try await lagging { served, token, _ in
            let old = CallbackPosition(state: .due, at: (Timestamp.now - .seconds(600)).text, jobID: .random()).cursor
            let first = try await served.get("/v1/callbacks", token)
            let second = try await served.get("/v1/callbacks?after=\(old)", token)
            #expect(Self.age(first).map { $0 > 1.5 } == true && Self.age(second).map { $0 < 1 } == true)
        }
    }

    @Test func `as_of is the moment of the data, and a read that wants the primary isn't counted as the standby's`()
        async throws
    {
        try await lagging { served, token, start in
            let list = try await served.get("/v1/jobs", token)
            let asOf = try #require(try list.object()["as_of"]?.string.flatMap { Timestamp($0) })
            #expect(asOf < start + .seconds(1), "\(asOf) \(start)")
            let counted = try await Self.primaryReads(served, token)
            let newest = try await served.get("/v1/jobs", token, Self.newest)
            let now = try #require(try newest.object()["as_of"]?.string.flatMap { Timestamp($0) })
            #expect(now > asOf + .seconds(1))
            #expect(try await Self.primaryReads(served, token) == counted)
            _ = try await served.get("/v1/jobs?after=\(Self.next(served.get("/v1/jobs?limit=1", token)))", token)
            #expect(try await Self.primaryReads(served, token) != counted)
        }
    }

    private static func primaryReads(_ served: ServedStore, _ token: String) async throws -> Substring {
        let text = try await served.get("/metrics", token).body
        let line = text.split(separator: "\n").first { $0.contains(#"ix_store_standby_reads_total{source="primary"}"#) }
        return try #require(line, "\(text)")
    }
}
