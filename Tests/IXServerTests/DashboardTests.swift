import FoundationEssentials
import IXCore
import NIOHTTP1
import Testing

@testable import IXServer

/// The page and its files, as a browser gets them.
@Suite(.timeLimit(.minutes(2))) struct DashboardTests {
    /// The names behind `ui/HASH/` in a text.
    private static func files(of page: String) -> [String] {
        page.split(separator: "\"").filter { $0.hasPrefix("ui/") }.map(String.init)
    }

    @Test func `the page needs no token and lets the browser run its own files alone`() async throws {
        try await ServedStore.with { served in
            let page = try await served.get("/")
            #expect(page.status == 200 && page.headers.first(name: "content-type") == "text/html; charset=utf-8")
            #expect(page.headers.first(name: "cache-control") == "no-store")
            let policy = try #require(page.headers.first(name: "content-security-policy"))
            for part in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "trusted-types ix"] {
                #expect(policy.contains(part))
            }
            #expect(!policy.contains("unsafe") && !policy.contains("data:") && !policy.contains("http"))
            #expect(!page.body.contains("://") && !page.body.contains("<style") && !page.body.contains(" style="))
        }
    }

    @Test func `only the pages of the configured origins may show dashboard and login in a frame`() async throws {
        let framing = try FramingPolicy(["self", "https://ops.example:8443"])
        try await ServedStore.with {
            $0.framing = framing
        } _: { served in
            for path in ["/", "/login"] {
                let policy = try await served.get(path).headers.first(name: "content-security-policy")
                #expect(policy?.hasSuffix("; frame-ancestors 'self' https://ops.example:8443") == true)
            }
        }
    }

    @Test(arguments: [
        "*", "https://*.example", "https://ops.example/path", "ops.example", "https://a;b", "https://a b", "none",
    ])
    func `a frame's page is an origin, nothing wider`(_ text: String) {
        #expect(
            throws: InvalidInput(
                "http.frame_ancestors", "'\(text)' is no origin like https://ops.example, and not self")
        ) {
            try FramingPolicy([text])
        }
    }

    @Test func `a file's name changes with the files, so that a browser keeps it for good`() async throws {
        try await ServedStore.with { served in
            let files = Self.files(of: try await served.get("/").body)
            #expect(files.count > 2)
            for file in files {
                let reply = try await served.get("/\(file)")
                #expect(reply.status == 200, "\(file)")
                #expect(reply.headers.first(name: "cache-control") == "public, max-age=31536000, immutable")
                #expect(reply.headers.first(name: "vary") == "accept-encoding")
            }
            let other = try await served.get("/ui/0123456789abcdef/ix.js")
            #expect(other.status == 404 && other.headers.first(name: "cache-control") == "no-store")
            #expect(try await served.get("/ui/\(DashboardFile.hash)/none.js").status == 404)
        }
    }

    @Test(arguments: [
        ("gzip, deflate, br", true), ("br;q=1.0, gzip;q=0.8", true), ("", false), ("br", false), ("gzip;q=0", false),
        ("gzip; q=0.0", false), ("GZIP", true), ("x-gzip", false),
    ])
    func `a file comes packed to a browser that takes gzip`(_ field: String, _ isPacked: Bool) async throws {
        try await ServedStore.with { served in
            let reply = try await served.get("/ui/\(DashboardFile.hash)/ix.css", nil, [("accept-encoding", field)])
            #expect((reply.headers.first(name: "content-encoding") == "gzip") == isPacked)
            #expect(reply.status == 200)
        }
    }

    @Test func `all files weigh less than 60 kB packed`() {
        let files = Array(DashboardFile.all.values) + [DashboardFile.page]
        #expect(files.allSatisfy { $0.compressed.map { $0.prefix(2) == [0x1F, 0x8B] } ?? true })
        #expect(files.reduce(0) { $0 + ($1.compressed ?? $1.plain).count } < 60_000)
    }

    @Test func `the page lies under the prefix, with its files beside it`() async throws {
        try await ServedStore.with(.sqlite, { $0.prefix = "/queue" }) { served in
            let page = try await served.get("/queue/")
            let file = try #require(Self.files(of: page.body).first)
            #expect(page.status == 200)
            #expect(try await served.get("/queue/\(file)").status == 200)
            #expect(try await served.get("/").status == 404)
        }
    }
}
