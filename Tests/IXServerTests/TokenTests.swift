import FoundationEssentials
import IXCore
import IXRepresentation
import IXStore
import NIOHTTP1
import Testing

@testable import IXServer

/// Tokens over time: revoked, bounded, without the store, from a file.
@Suite(.timeLimit(.minutes(2))) struct TokenTests {
    private static func line(_ secret: TokenSecret, _ members: String = "") -> String {
        #"{"name":"ops","role":"operator","sha256":"\#(secret.hash)"\#(members)}"#
    }

    private static func cookie(_ token: String, _ served: ServedStore) async throws -> (String, String) {
        let reply = try await served.post("/login", nil, #"{"token":"\#(token)"}"#)
        let field = try #require(reply.headers.first(name: "set-cookie"), "\(reply.body)")
        return ("cookie", String(field.split(separator: ";").first ?? ""))
    }

    @Test(arguments: ServedStore.Kind.allCases)
    func `a revoked token and its session are refused within five seconds`(_ kind: ServedStore.Kind) async throws {
        try await ServedStore.with(kind) { served in
            let token = try await served.token(.reader)
            let cookie = try await Self.cookie(token, served)
            for _ in 0..<2 {
                #expect(try await served.get("/v1/whoami", token).status == 200)
                #expect(try await served.get("/v1/whoami", nil, [cookie]).status == 200)
            }
            let id = try #require(TokenSecret(token)?.id)
            _ = try await served.store.perform { try $0.endToken(id, at: nil, successor: nil) }
            let revoked = ContinuousClock.now
            var pause = Backoff(first: .milliseconds(50), limit: .milliseconds(200))
            while try await served.get("/v1/whoami", token).status != 401 { try await Task.sleep(for: pause.next()) }
            while try await served.get("/v1/whoami", nil, [cookie]).status != 401 {
                try await Task.sleep(for: pause.next())
            }
            #expect(ContinuousClock.now - revoked < .seconds(6))
        }
    }

    @Test(arguments: ServedStore.Kind.allCases)
    func `while the store is away, what was seen counts, and what can't be checked is no fault of the caller`(
        _ kind: ServedStore.Kind
    ) async throws {
        try await ServedStore.with(kind) { served in
            let (known, unseen) = (try await served.token(.reader), try await served.token(.reader))
            let cookie = try await Self.cookie(known, served)
            #expect(try await served.get("/v1/whoami", known).status == 200)
            #expect(try await served.get("/v1/whoami", nil, [cookie]).status == 200)
            await served.reading.close()
            // Longer than a reading is fresh.
            try await Task.sleep(for: .seconds(5.2))
            for _ in 0..<2 {
                #expect(try await served.get("/v1/whoami", known).status == 200)
                #expect(try await served.get("/v1/whoami", nil, [cookie]).status == 200)
                #expect(try await served.get("/v1/whoami", unseen).problem == "store_away")
                let other = ("cookie", "ix_session=\(SessionSecret().text)")
                #expect(try await served.get("/v1/whoami", nil, [other]).problem == "store_away")
            }
            let login = try await served.post("/login", nil, #"{"token":"\#(unseen)"}"#)
            #expect(login.problem == "store_away" && login.status == 503)
        }
    }

    @Test func `a token of the file counts without the store, and so does its session while the file has it`()
        async throws
    {
        let (secret, over, bound) = (TokenSecret(), TokenSecret(), TokenSecret())
        let list = try TokenList(
            """
            # the team's tokens

            \(Self.line(secret))
            \(Self.line(over, #","expires_at":"2020-01-01T00:00:00.000000Z""#))
            {"name":"shop","role":"producer","sha256":"\(bound.hash)","client_id":"shop","documents":false}
            """)
        try await ServedStore.with {
            $0.tokens = list
        } _: { served in
            let cookie = try await Self.cookie(secret.text, served)
            #expect(try await served.get("/v1/stats", nil, [cookie]).status == 200)
            #expect(try await served.get("/v1/whoami", over.text).status == 401)
            await served.reading.close()
            #expect(try await served.get("/v1/whoami", secret.text).object()["name"]?.string == "ops")
            let who = try await served.get("/v1/whoami", bound.text).object()
            #expect(who["client_id"]?.string == "shop" && who["documents"]?.text == "false")
        }
        // Another server, whose file lacks the token, doesn't know the session.
        try await ServedStore.with { served in
            let link = SessionSecret()
            let row = AccessSession(
                hash: link.hash, tokenID: "file:0123456789abcdef", actor: "ops", role: .operator, clientID: nil,
                showsDocuments: true, isLink: false, expiresAt: "2099-01-01T00:00:00.000000Z")
            try await served.store.perform { try $0.insertSession(row) }
            #expect(try await served.get("/v1/whoami", nil, [("cookie", "ix_session=\(link.text)")]).status == 401)
        }
    }

    @Test(arguments: [
        #"{"name":"a","role":"operator"}"#, #"{"name":"a","role":"root","sha256":"H"}"#, "ixt_abc", "[]",
        #"{"name":"a","role":"reader","sha256":"00"}"#, #"{"name":"a","role":"reader","sha256":"H","x":1}"#,
        #"{"name":"a","role":"operator","sha256":"H","client_id":"shop"}"#,
        #"{"name":"a","role":"reader","sha256":"H","expires_at":"tomorrow"}"#,
        #"{"name":"a","role":"reader","sha256":"H","documents":"no"}"#,
        #"{"name":"","role":"reader","sha256":"H"}"#,
    ])
    func `a line of the file that isn't understood is refused by its number`(_ line: String) {
        let text = "#\n" + line.replacing("\"H\"", with: "\"\(TokenSecret().hash)\"")
        let error = #expect(throws: InvalidInput.self) { try TokenList(text) }
        #expect(error?.field.hasPrefix("line 2") == true, "\(String(describing: error))")
    }

    @Test func `the line that ixctl prints is understood`() throws {
        let secret = TokenSecret()
        for (client, documents, end) in [
            ("shop" as String?, false, "2099-01-01T00:00:00.000000Z" as String?), (nil, true, nil),
        ] {
            let token = AccessToken(
                id: secret.id, hash: secret.hash, name: "a \"b\"", role: .producer, clientID: client,
                showsDocuments: documents, expiresAt: end)
            let read = try #require(try TokenList(token.fileLine + "\n").token(secret.hash))
            #expect(read.name == token.name && read.role == .producer && read.clientID == client)
            #expect(read.showsDocuments == documents && read.expiresAt == end)
        }
    }

    @Test func `a token past its rate waits, and another one doesn't`() async throws {
        try await ServedStore.with {
            $0.limits.rate = 1
        } _: { served in
            let (hasty, calm) = (try await served.token(.reader), try await served.token(.reader))
            var replies: [ServedStore.Reply] = []
            for _ in 0..<20 { replies.append(try await served.get("/v1/whoami", hasty)) }
            let refused = replies.filter { $0.status == 429 }
            #expect(replies[0].status == 200 && refused.count >= 5, "\(replies.map(\.status))")
            for reply in refused {
                #expect(reply.problem == "rate_limited" && reply.headers.first(name: "retry-after") == "1")
            }
            #expect(try await served.get("/v1/whoami", calm).status == 200)
        }
    }

    @Test func `a rate lets as many requests through at once, and none is bounded without one`() {
        let rates = RequestRates(50)
        #expect((0..<50).allSatisfy { _ in rates.take("a") })
        #expect(rates.take("b"))
        let free = RequestRates(0)
        #expect((0..<1000).allSatisfy { _ in free.take("a") })
    }

    @Test func `the prefix stands in front of every path that the server tells`() async throws {
        try await ServedStore.with {
            $0.prefix = "/queue"
        } _: { served in
            let token = try await served.token(.operator)
            let made = try await served.post("/queue/v1/jobs", token, ServedStore.job("1"))
            let place = try #require(made.headers.first(name: "location"))
            #expect(place.hasPrefix("/queue/v1/jobs/"))
            #expect(try await served.get(place, token).status == 200)
            _ = try await served.post("/queue/v1/jobs", token, ServedStore.job("2"))
            let page = try await served.get("/queue/v1/jobs?limit=1", token)
            let next = try #require(page.headers.first(name: "link")?.split(separator: ">").first?.dropFirst())
            #expect(next.hasPrefix("/queue/v1/jobs?"))
            #expect(try await served.get(String(next), token).object()["jobs"]?.elements?.count == 1)
            let missing = try await served.get("/queue/v1/nothing", token).object()
            #expect(missing["type"]?.string == "/queue/problems/not_found")
            #expect(try await served.get("/queue/problems/not_found").status == 200)
            for path in ["/v1/jobs", "/queuev1/jobs", "/"] {
                #expect(try await served.get(path, token).status == 404)
            }
            // Without its last slash the prefix leads to the page.
            let root = try await served.get("/queue")
            #expect(root.status == 200 && root.headers.first(name: "content-type")?.contains("text/html") == true)
            let batch = try await served.post("/queue/v1/jobs/batch", token, "x\n", type: "application/x-ndjson")
            #expect(batch.body.contains("/queue/problems/bad_request"), "\(batch.body)")
            let raw = try RawConnection(served.address)
            raw.send("GET / HTTP/1.1\r\n\r\n")
            #expect(await raw.rest().contains("/queue/problems/bad_request"))
            raw.end()
        }
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.1.2", true), ("10.0.0.0/8", "11.0.0.1", false), ("10.1.2.3", "10.1.2.3", true),
        ("10.1.2.3", "10.1.2.4", false), ("192.168.128.0/17", "192.168.127.1", false),
        ("192.168.128.0/17", "192.168.200.1", true), ("fd00::/8", "fd12::1", true), ("fd00::/8", "fe80::1", false),
        ("::1", "::1", true), ("10.0.0.0/8", "::ffff:10.1.1.1", true), ("0.0.0.0/0", "8.8.8.8", true),
        ("0.0.0.0/0", "::1", false), ("10.0.0.0/8", "socket file", false),
    ])
    func `a network holds its addresses`(_ network: String, _ address: String, _ isInside: Bool) throws {
        #expect(try #require(Network(network)).contains(address) == isInside)
    }

    @Test(arguments: ["", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "proxy", "::1/129", "10.0.0.0/8/8", "/8"])
    func `what is no network is refused`(_ text: String) { #expect(Network(text) == nil) }

    @Test(arguments: [
        ("203.0.113.9, 10.0.0.7", "203.0.113.9"), ("1.2.3.4, 203.0.113.9", "203.0.113.9"), ("", "127.0.0.1"),
        ("evil", "127.0.0.1"),
    ])
    func `the audit has the caller behind the proxies`(_ forwarded: String, _ address: String) async throws {
        try await ServedStore.with {
            $0.trustedProxies = ["127.0.0.1", "10.0.0.0/8"].compactMap { Network($0) }
        } _: { served in
            let token = try await served.token(.operator)
            let body = #"{"token":"\#(token)"}"#
            _ = try await served.post("/login", nil, body, [("x-forwarded-for", forwarded)])
            let entries = try await served.store.perform { try $0.audit(before: nil, limit: 1) }
            #expect(entries.first?.address == address)
        }
    }
}
