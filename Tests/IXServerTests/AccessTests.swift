import FoundationEssentials
import IXCore
import IXRepresentation
import IXStore
import Logging
import NIOHTTP1
import Testing

@testable import IXServer

@Suite(.timeLimit(.minutes(2))) struct AccessTests {
    @Test func `a token that is unknown, wrong, ended or revoked opens nothing`() async throws {
        try await ServedStore.with { served in
            let token = try await served.token(.reader)
            #expect(try await served.get("/v1/whoami", token).status == 200)
            let other = TokenSecret().text
            let id = try #require(TokenSecret(token)?.id)
            for wrong in [other, "x", "ixt_\(id)_" + other.suffix(43), token + "a"] {
                #expect(try await served.get("/v1/whoami", wrong).status == 401)
            }
            let ended = try await served.token(.reader, expiresAt: "2020-01-01T00:00:00.000000Z")
            #expect(try await served.get("/v1/whoami", ended).status == 401)
            let revoked = try await served.token(.reader)
            let revokedID = try #require(TokenSecret(revoked)?.id)
            _ = try await served.store.perform { try $0.endToken(revokedID, at: nil, successor: nil) }
            #expect(try await served.get("/v1/whoami", revoked).status == 401)
        }
    }

    @Test func `a caller bound to a client sees no other client's job`() async throws {
        try await ServedStore.with { served in
            let id = try await served.enqueue("1", served.token(.operator), client: "north")
            for token in [
                try await served.token(.producer, client: "shop"), try await served.token(.reader, client: "shop"),
            ] {
                for path in ["", "/request", "/attempts", "/log", "/callback"] {
                    #expect(try await served.get("/v1/jobs/\(id)\(path)", token).status == 404, "\(path)")
                }
                #expect(try await served.get("/v1/jobs/lookup?client_id=north&request_id=1", token).status == 404)
                #expect(try await served.get("/v1/jobs", token).object()["jobs"]?.text == "[]")
                #expect(try await served.get("/v1/stats", token).status == 403)
                #expect(try await served.get("/v1/pipelines", token).body.contains("due") == false)
            }
            let shop = try await served.token(.producer, client: "shop")
            #expect(try await served.post("/v1/jobs/\(id)/cancel", shop).status == 404)
            let state = try await served.store.perform { try $0.get(UUID(uuidString: id) ?? .random())?.status }
            #expect(state == .pending)
        }
    }

    @Test func `documents and masked members stay with those who may read them`() async throws {
        try await ServedStore.with {
            $0.mask = Mask(["context.iban"])
        } _: { served in
            let all = try await served.token(.operator)
            let id = try await served.enqueue("1", all)
            let blind = try await served.token(.reader, documents: false)
            #expect(try await served.get("/v1/jobs/\(id)/request", blind).status == 403)
            #expect(try await served.get("/v1/jobs/\(id)/log", blind).status == 403)
            #expect(try await served.get("/v1/jobs/\(id)/request", all).body.contains("DE1"))
            let masked = try await served.get("/v1/jobs/\(id)/request", served.token(.reader))
            #expect(!masked.body.contains("DE1") && masked.body.contains("1.10"), "\(masked.body)")
        }
    }

    @Test(arguments: [
        ("queue.example", 200), ("evil.example", 421), ("127.0.0.1:99", 200), ("[::1]", 200), ("localhost", 200),
        ("10.1.2.3", 200), ("evil.example:80", 421), ("a@b", 421),
    ])
    func `a name that the server doesn't bear is misdirected`(_ host: String, _ status: Int) async throws {
        try await ServedStore.with {
            $0.hosts = ["queue.example"]
        } _: { served in
            let reply = try await served.get("/livez", nil, [("host", host)])
            #expect(reply.status == status)
        }
    }

    @Test(arguments: [
        ([("origin", "http://evil.example")], 403), ([("origin", "null")], 403),
        ([("sec-fetch-site", "cross-site")], 403), ([("sec-fetch-site", "same-site")], 403),
        ([("sec-fetch-site", "same-origin")], 201), ([("sec-fetch-site", "none")], 201), ([], 201),
        ([("origin", "https://dash.example"), ("sec-fetch-site", "cross-site")], 201),
    ])
    func `a foreign page changes nothing, without authentication either`(
        _ headers: [(String, String)], _ status: Int
    ) async throws {
        try await ServedStore.with {
            $0.authentication = .off
            $0.origins = ["https://dash.example"]
        } _: { served in
            let reply = try await served.post("/v1/jobs", nil, ServedStore.job("1"), headers)
            #expect(reply.status == status)
        }
    }

    @Test func `a path has its methods, its parameters, and a page for each problem`() async throws {
        try await ServedStore.with { served in
            let token = try await served.token(.operator)
            let wrong = try await served.send(.PUT, "/v1/jobs", token, [], nil)
            #expect(wrong.status == 405 && wrong.headers.first(name: "allow")?.contains("POST") == true)
            #expect(try await served.get("/v1/nothing", token).problem == "not_found")
            #expect(try await served.get("/v1/whoami?x=1", token).status == 422)
            for kind in Problem.Kind.allCases {
                #expect(try await served.get("/problems/\(kind.rawValue)").status == 200)
            }
        }
    }
}
