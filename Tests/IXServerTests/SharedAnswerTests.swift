import IXCore
import IXStore
import NIOHTTP1
import Testing

@testable import IXServer

/// A caller that takes an answer of a moment ago shares it with callers who may see the same.
@Suite(.timeLimit(.minutes(2))) struct SharedAnswerTests {
    private static let recent = [("cache-control", "max-age=10")]

    private static func jobs(_ reply: ServedStore.Reply) throws -> Int {
        try #require(try reply.object()["jobs"]?.elements).count
    }

    @Test func `a shared page is the one of before, and a caller without an age sees its own change at once`()
        async throws
    {
        try await ServedStore.with { served in
            let (own, other) = (try await served.token(.operator), try await served.token(.operator))
            #expect(try Self.jobs(try await served.get("/v1/jobs", own, Self.recent)) == 0)
            #expect(try await served.post("/v1/jobs", own, ServedStore.job("1")).status == 201)
            let shared = try await served.get("/v1/jobs", other, Self.recent)
            #expect(try Self.jobs(shared) == 0)
            #expect(shared.headers.first(name: "age").flatMap { Int($0) } != nil)
            let fresh = try await served.get("/v1/jobs", other)
            #expect(try Self.jobs(fresh) == 1 && fresh.headers.first(name: "age") == nil)
            #expect(try Self.jobs(try await served.get("/v1/jobs?limit=9", own, Self.recent)) == 1)
        }
    }

    @Test func `callers of different clients, roles and views share nothing`() async throws {
        try await ServedStore.with { served in
            let all = try await served.token(.operator)
            #expect(try Self.jobs(try await served.get("/v1/jobs", all, Self.recent)) == 0)
            #expect(try await served.post("/v1/jobs", all, ServedStore.job("1")).status == 201)
            for (role, client, documents) in [
                (AccessRole.reader, nil, true), (.reader, nil, false), (.producer, "shop", true),
                (.producer, "none", true),
            ] {
                let token = try await served.token(role, client: client, documents: documents)
                let reply = try await served.get("/v1/jobs", token, Self.recent)
                #expect(try Self.jobs(reply) == (client == "none" ? 0 : 1), "\(role) \(client ?? "-")")
            }
        }
    }

    @Test func `a failure isn't kept`() async throws {
        try await ServedStore.with { served in
            let token = try await served.token(.operator)
            #expect(try await served.get("/v1/jobs?after=x", token, Self.recent).status == 422)
            #expect(try await served.get("/v1/jobs?after=x", token, Self.recent).status == 422)
        }
    }

    @Test(arguments: [
        ("max-age=2", 2), ("Max-Age=3, private", 3), ("max-age=0", nil), ("max-age=-1", nil), ("max-age=x", nil),
        ("max-age=99999", 10), ("no-cache, max-age=5", nil), ("no-store", nil), ("", nil),
    ])
    func `an age is read from the field, 10 s at most`(_ field: String, _ seconds: Int?) {
        #expect(SharedAnswers.age(field) == seconds.map { .seconds($0) })
    }
}
