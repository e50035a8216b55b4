import FoundationEssentials
import IXCore
import IXRepresentation
import IXStore
import IXTestSupport
import Logging
import NIOHTTP1
import Testing

@testable import IXServer

/// Browsers: a cookie in place of a token, and the link that leads to one.
@Suite(.timeLimit(.minutes(2))) struct SessionTests {
    private static let later = "2099-01-01T00:00:00.000000Z"

    private static func logIn(
        _ served: ServedStore, _ member: String, _ text: String, _ headers: [(String, String)] = []
    ) async throws -> ServedStore.Reply {
        try await served.post("/login", nil, #"{"\#(member)":"\#(text)"}"#, headers)
    }

    private static func cookie(_ reply: ServedStore.Reply) throws -> (String, String) {
        let field = try #require(reply.headers.first(name: "set-cookie"))
        return ("cookie", "theme=dark; " + (field.split(separator: ";").first ?? ""))
    }

    private static func link(
        _ served: ServedStore, isLink: Bool = true, expiresAt: String = later
    ) async throws -> SessionSecret {
        let secret = SessionSecret()
        let row = AccessSession(
            hash: secret.hash, tokenID: nil, actor: "ada", role: .operator, clientID: nil, showsDocuments: true,
            isLink: isLink, expiresAt: expiresAt)
        try await served.store.perform { try $0.insertSession(row) }
        return secret
    }

    @Test(arguments: ServedStore.Kind.allCases)
    func `a token opens a session with the token's rights, which ends on the server`(
        _ kind: ServedStore.Kind
    ) async throws {
        try await ServedStore.with(kind) { served in
            let token = try await served.token(.producer, client: "shop")
            let reply = try await Self.logIn(served, "token", token)
            #expect(reply.status == 200, "\(reply.body)")
            let who = try reply.object()
            #expect(who["role"]?.string == "producer" && who["client_id"]?.string == "shop")
            let field = try #require(reply.headers.first(name: "set-cookie"))
            #expect(field.hasPrefix("ix_session=") && field.contains("; Path=/;"))
            for part in ["HttpOnly", "SameSite=Strict", "Max-Age=43200"] { #expect(field.contains("; \(part)")) }
            #expect(!field.contains("Secure"))
            let cookie = try Self.cookie(reply)
            #expect(try await served.get("/v1/whoami", nil, [cookie]).object()["client_id"]?.string == "shop")
            #expect(try await served.get("/v1/stats", nil, [cookie]).status == 403)
            let own = ("sec-fetch-site", "same-origin")
            let out = try await served.post("/logout", nil, nil, [cookie, own])
            #expect(out.status == 204 && out.headers.first(name: "set-cookie")?.contains("Max-Age=0") == true)
            let after = try await served.get("/v1/whoami", nil, [cookie])
            #expect(after.status == 401 && after.headers.first(name: "set-cookie")?.contains("Max-Age=0") == true)
            let actions = try await served.store.perform { try $0.audit(before: nil, limit: 10) }.map(\.action)
            #expect(actions == ["logout", "login"])
        }
    }

    @Test(arguments: ServedStore.Kind.allCases)
    func `a session is known to a second server, and is gone with its token`(_ kind: ServedStore.Kind) async throws {
        try await ServedStore.with(kind) { served in
            let token = try await served.token(.reader)
            let id = try #require(TokenSecret(token)?.id)
            let cookie = try Self.cookie(try await Self.logIn(served, "token", token))
            let book = TokenBook(
                StoreCalls(served.store, width: 1, ServerLimits()), .empty, Logger(label: "test"))
            let text = try #require(cookie.1.split(separator: "=").last.map(String.init))
            let secret = try #require(SessionSecret(text))
            #expect(try await book.session(of: secret)?.tokenID == id)
            _ = try await served.store.perform { try $0.endToken(id, at: nil, successor: nil) }
            let fresh = TokenBook(StoreCalls(served.store, width: 1, ServerLimits()), .empty, Logger(label: "test"))
            #expect(try await fresh.session(of: secret) == nil)
            let session = try await served.store.perform { try $0.session(secret.hash) }
            #expect(session == nil)
        }
    }

    @Test func `a login with the role of servers opens and ends sessions, and writes the audit`() async throws {
        try await ServedStore.withServerLogin { served in
            let token = try await served.token(.operator)
            let job = try await served.enqueue("1", token)
            let cookie = try Self.cookie(try await Self.logIn(served, "token", token))
            let fields = [cookie, ("sec-fetch-site", "same-origin")]
            #expect(try await served.post("/v1/jobs/\(job)/cancel", nil, nil, fields).status == 200)
            #expect(try await served.send(.DELETE, "/v1/jobs/\(job)", nil, fields, nil).status == 204)
            #expect(try await served.post("/logout", nil, nil, fields).status == 204)
            let entries = try await served.store.perform { try $0.audit(before: nil, limit: 10) }
            #expect(entries.map(\.action) == ["logout", "erase", "cancel", "login"])
            let name = try #require(TokenSecret(token)?.id)
            #expect(entries.allSatisfy { $0.actor == name && $0.role == "operator" && $0.address == "127.0.0.1" })
        }
    }

    @Test func `a session lasts 12 hours, and the store knows its hash alone`() async throws {
        try await ServedStore.with { served in
            let began = Timestamp.now
            let cookie = try Self.cookie(try await Self.logIn(served, "token", served.token(.reader)))
            let text = try #require(cookie.1.split(separator: "=").last.map(String.init))
            let hash = try #require(SessionSecret(text)).hash
            let session = try #require(try await served.store.perform { try $0.session(hash) })
            let end = try #require(Timestamp(session.expiresAt))
            #expect(end - began >= .seconds(43_200) && end - began < .seconds(43_260))
            #expect(hash.count == 64 && !hash.contains(text))
        }
    }

    /// A browser's own page shows itself by one of two fields; a request with neither comes from anywhere.
    @Test(arguments: [
        ([], 403), ([("sec-fetch-site", "same-origin")], 204), ([("origin", "self")], 204),
        ([("sec-fetch-site", "none")], 403), ([("sec-fetch-site", "same-site")], 403),
        ([("origin", "https://dash.example")], 403), ([("origin", "null")], 403),
        ([("origin", "self"), ("sec-fetch-site", "cross-site")], 403),
    ])
    func `an unsafe request with a cookie must come from a page of ours`(
        _ headers: [(String, String)], _ status: Int
    ) async throws {
        try await ServedStore.with {
            $0.origins = ["https://dash.example"]
        } _: { served in
            let cookie = try Self.cookie(try await Self.logIn(served, "token", served.token(.operator)))
            let fields = headers.map { ($0.0, $0.1 == "self" ? "http://\(served.address)" : $0.1) }
            #expect(try await served.post("/logout", nil, nil, fields + [cookie]).status == status)
            if status == 403 { #expect(try await served.get("/v1/whoami", nil, [cookie]).status == 200) }
        }
    }

    @Test(arguments: [("https://dash.example", 403), ("http://evil.example", 403), ("self", 200)])
    func `a login comes from no foreign page, listed or not`(_ origin: String, _ status: Int) async throws {
        try await ServedStore.with {
            $0.origins = ["https://dash.example"]
        } _: { served in
            let field = ("origin", origin == "self" ? "http://\(served.address)" : origin)
            let token = try await served.token(.reader)
            #expect(try await Self.logIn(served, "token", token, [field]).status == status)
        }
    }

    @Test(arguments: ServedStore.Kind.allCases)
    func `a link opens one session, and is no session itself`(_ kind: ServedStore.Kind) async throws {
        try await ServedStore.with(kind) { served in
            let link = try await Self.link(served)
            #expect(try await served.get("/v1/whoami", nil, [("cookie", "ix_session=\(link.text)")]).status == 401)
            let replies = try await withThrowingTaskGroup(of: ServedStore.Reply.self) { group in
                for _ in 0..<4 { group.addTask { try await Self.logIn(served, "link", link.text) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(replies.map(\.status).sorted() == [200, 401, 401, 401])
            let opened = try #require(replies.first { $0.status == 200 })
            #expect(try opened.object()["name"]?.string == "ada")
            #expect(try await served.get("/v1/stats", nil, [try Self.cookie(opened)]).status == 200)
            let late = try await Self.link(served, expiresAt: "2020-01-01T00:00:00.000000Z")
            #expect(try await Self.logIn(served, "link", late.text).status == 401)
            let session = try await Self.link(served, isLink: false)
            #expect(try await Self.logIn(served, "link", session.text).status == 401)
        }
    }

    @Test(arguments: [
        #"{}"#, #"{"token":"a","link":"b"}"#, #"{"password":"x"}"#, #"{"token":1}"#, #"["token"]"#,
    ])
    func `a login names a token or a link`(_ body: String) async throws {
        try await ServedStore.with { served in
            let reply = try await served.post("/login", nil, body)
            #expect([400, 422].contains(reply.status), "\(reply.body)")
            let form = try await served.post(
                "/login", nil, "token=x", type: "application/x-www-form-urlencoded")
            #expect(form.status == 415)
        }
    }

    @Test func `the eleventh failure of a minute waits, and a valid token never does`() async throws {
        try await ServedStore.with { served in
            let token = try await served.token(.reader)
            for _ in 0..<10 { #expect(try await Self.logIn(served, "token", TokenSecret().text).status == 401) }
            let refused = try await Self.logIn(served, "link", SessionSecret().text)
            #expect(refused.problem == "rate_limited" && refused.status == 429)
            let seconds = refused.headers.first(name: "retry-after").flatMap { Int($0) } ?? 0
            #expect((1...61).contains(seconds))
            #expect(try await Self.logIn(served, "token", token).status == 200)
            #expect(try await served.get("/v1/whoami", token).status == 200)
        }
    }

    @Test func `a token for metrics opens no session`() async throws {
        try await ServedStore.with { served in
            let token = try await served.token(.metrics)
            #expect(try await Self.logIn(served, "token", token).status == 403)
        }
    }

    @Test func `failures are counted by address, and by network in IPv6`() {
        let failures = FailedLogins()
        for _ in 0..<10 { #expect(failures.count("2001:db8::1") == nil) }
        #expect(failures.count("2001:db8::2") != nil)
        #expect(failures.count("2001:db8:0:1::1") == nil && failures.count("10.0.0.1") == nil)
    }

    @Test(arguments: [("https", true), ("http", false), ("", false)])
    func `a proxy that is trusted says whether the cookie is secure`(_ scheme: String, _ isSecure: Bool) async throws {
        try await ServedStore.with {
            $0.trustedProxies = [Network("127.0.0.0/8")].compactMap { $0 }
            $0.prefix = "/queue"
        } _: { served in
            let body = #"{"token":"\#(try await served.token(.reader))"}"#
            let reply = try await served.post("/queue/login", nil, body, [("x-forwarded-proto", scheme)])
            let field = try #require(reply.headers.first(name: "set-cookie"))
            #expect(field.contains("; Secure") == isSecure && field.contains("; Path=/queue;"), "\(field)")
        }
        try await ServedStore.with { served in
            let reply = try await Self.logIn(
                served, "token", served.token(.reader), [("x-forwarded-proto", "https")])
            #expect(reply.headers.first(name: "set-cookie")?.contains("; Secure") == false)
        }
    }

    @Test func `under TLS the cookie is secure, and a socket file needs no TLS`() async throws {
        try await TestFile.with { file in
            let (key, chain, path) = ("\(file.directory)/key", "\(file.directory)/chain", "\(file.directory)/http.sock")
            let made = try TestProcess(
                "/usr/bin/env",
                [
                    "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout",
                    key, "-out", chain,
                ])
            #expect(try await made.exitStatus(within: .seconds(30)) == .code(0), "\(made.lines)")
            try await ServedStore.with {
                $0.certificate = CertificateFiles(certificate: chain, key: key)
                $0.bindings.append(.path(path))
            } _: { served in
                let body = #"{"token":"\#(try await served.token(.reader))"}"#
                for (arguments, isSecure) in [
                    (["https://\(served.address)/login"], true),
                    (["--unix-socket", path, "http://localhost/login"], false),
                ] {
                    let curl = try TestProcess(
                        "/usr/bin/env",
                        ["curl", "-ski", "--max-time", "20", "-H", "content-type: application/json", "-d", body]
                            + arguments)
                    _ = try await curl.exitStatus(within: .seconds(30))  // ignored: the lines say what became of it
                    let field = curl.lines.first { $0.lowercased().hasPrefix("set-cookie: ix_session=") }
                    #expect(field?.contains("; Secure") == isSecure, "\(curl.lines)")
                }
            }
        }
    }

    @Test func `the page runs its own script and nothing else`() async throws {
        try await ServedStore.with { served in
            let page = try await served.get("/login")
            #expect(page.status == 200 && page.headers.first(name: "content-type") == "text/html; charset=utf-8")
            let policy = try #require(page.headers.first(name: "content-security-policy"))
            for (tag, directive) in [("script", "script-src"), ("style", "style-src")] {
                let parts = page.body.split(separator: "<\(tag)>", omittingEmptySubsequences: false)
                #expect(parts.count == 2)
                let text = String(parts[1].split(separator: "</\(tag)>", omittingEmptySubsequences: false)[0])
                #expect(policy.contains("\(directive) 'sha256-\(Digest.base64(of: text))'"), "\(policy)")
            }
            for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"] {
                #expect(policy.contains(part))
            }
            #expect(!policy.contains("unsafe") && !page.body.contains("src=") && !page.body.contains("href="))
        }
    }
}
