import IXTestSupport
import Testing

/// What README and the tutorial tell a newcomer to type is typed, and prints what they show.
@Suite(.timeLimit(.minutes(5))) struct TypedPageTests {
    private static let queue = "postgresql://ada@localhost/ada"

    @Test(.needsPostgres) func `README's commands print what README shows`() async throws {
        let port = try Socket.freePort()
        let page = TypedPage(
            path: "README.md", replacements: [(":8791", ":\(port)")],
            variables: ["IX_HTTP_LISTEN": "127.0.0.1:\(port)"])
        try await page.type()
        let statement = try #require(try PageBlock.all(of: "README.md").first { $0.language == "sql" })
        try await TestDatabase.with { db in
            let rows = try await db.sql(statement.text)
            #expect(rows.count == 1)
        }
    }

    @Test(.needsPostgres) func `the tutorial's commands print what the tutorial shows`() async throws {
        try await TestDatabase.with(.empty) { db in
            let (server, receiver) = try (Socket.freePort(), Socket.freePort())
            let page = TypedPage(
                path: "docs/tutorial.md",
                replacements: [(":8791", ":\(server)"), ("8080", "\(receiver)"), (Self.queue, db.url)])
            try await page.type()
        }
    }

    /// Root, a build or an engine for images is needed for these; the targets of make type them.
    @Test(arguments: ["README.md", "docs/tutorial.md"])
    func `each command that needs root or a build is one that make types`(_ page: String) throws {
        let starts = [
            "make deb", "make dist", "docker build -f deploy/Containerfile", "apt install ./ix-worker_",
            "echo IX_POSTGRES_URL=postgresql:///ix >/etc/ix-worker/environment", "ix-worker migrate",
            "systemctl start ix-worker",
        ]
        for block in try PageBlock.all(of: page) where block.language == "sh" {
            for line in block.text.split(separator: "\n") {
                #expect(starts.contains { line.hasPrefix($0) }, "\(page): \(line)")
            }
        }
        let known: Set = ["bash", "text", "sh", "sql", "yaml"]
        #expect(try PageBlock.all(of: page).allSatisfy { known.contains($0.language) })
    }

    @Test func `an output of a page stands for any text where it has an ellipsis`() {
        let shown = PageOutput("job …  done\n…\n  response  {…\"words\": 5…}")
        let printed = ["job 1  done", "  a", "  response  {\"x\": 1, \"words\": 5, \"y\": 2}", "more"]
        #expect(shown.isBeginning(of: printed))
        #expect(!shown.isBeginning(of: ["job 1  done", "  response  {\"words\": 6}"]))
        #expect(!shown.isBeginning(of: ["job 1  error", "  response  {\"words\": 5}"]))
        #expect(PageOutput("a\n…\nb").isBeginning(of: ["a", "b"]))
        #expect(!PageOutput("a").isBeginning(of: ["ab"]))
    }
}
