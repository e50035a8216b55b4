import FoundationEssentials
import IXTestSupport
import Testing

/// What `docs/pipelines.md` and `docs/recipes.md` show is run as it stands there.
@Suite(.timeLimit(.minutes(3))) struct PipelinePageTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().path + "/../.."
    private static let client = root + "/Config/pipelines/client"

    /// The blocks of the page in the language.
    private static func blocks(_ language: String, of page: String = "docs/pipelines.md") throws -> [String] {
        let text = try String(contentsOf: URL(filePath: root + "/" + page), encoding: .utf8)
        var blocks: [[Substring]] = []
        var isInside = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line == "```\(language)" {
                isInside = true
                blocks.append([])
            } else if line == "```" {
                isInside = false
            } else if isInside {
                blocks[blocks.count - 1].append(line)
            }
        }
        return blocks.map { $0.joined(separator: "\n") }
    }

    private static func worker(_ arguments: [String]) async throws -> (TestProcess.Exit, String) {
        let process = try TestProcess(
            try Programs.path("ix-worker"), arguments, environment: TestProcess.plainEnvironment)
        return (try await process.exitStatus(within: .seconds(120)), process.lines.joined(separator: "\n"))
    }

    /// Runs a block as a program beside the clients.
    private static func trial(_ block: String, _ name: String, _ command: [String]) async throws {
        let folder = try Scratch.directory()
        for file in ["ix_pipeline.py", "ix_pipeline.sh", "ix-pipeline.mjs"] {
            try FileManager.default.copyItem(atPath: client + "/" + file, toPath: folder + "/" + file)
        }
        try block.replacing("/path/to/", with: folder + "/").write(to: URL(filePath: folder + "/" + name))
        let (exit, text) = try await worker(["pipeline-test", "--grace", "4"] + command + [folder + "/" + name])
        #expect(exit == .code(0), "\(text)")
        #expect(text.contains("ok     a second job: answered"), "\(text)")
    }

    @Test func `the program in Python runs`() async throws {
        let block = try #require(Self.blocks("python").first)
        try await Self.trial(block, "it.py", ["python3"])
    }

    @Test func `the program of the recipes runs`() async throws {
        let block = try #require(Self.blocks("python", of: "docs/recipes.md").first)
        try await Self.trial(block, "words.py", ["python3"])
    }

    @Test func `the program in shell runs`() async throws {
        let block = try #require(Self.blocks("sh").first)
        try await Self.trial(block, "it.sh", ["sh"])
    }

    @Test func `the program in JavaScript runs`() async throws {
        let block = try #require(Self.blocks("js").first)
        try await Self.trial(block, "it.mjs", ["node"])
    }

    /// The sources are compiled, and their tests run, in this package.
    @Test func `the program in Swift is the example's source`() throws {
        let folder = Self.root + "/Config/pipelines/swift"
        let sources = try [
            "Sources/WordPipelines/WordCount.swift", "Sources/word-worker/Program.swift",
            "Tests/WordPipelinesTests/WordCountTests.swift",
        ].map { try String(contentsOf: URL(filePath: folder + "/" + $0), encoding: .utf8) }
        let blocks = try Self.blocks("swift")
        #expect(blocks.count == sources.count)
        for (block, source) in zip(blocks, sources) { #expect(block + "\n" == source) }
    }

    @Test func `every piece of configuration is accepted`() async throws {
        let folder = try Scratch.directory()
        let key = try TestProcess(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", folder + "/us.key", "-out",
                folder + "/us.pem", "-days", "2", "-subj", "/CN=us",
            ])
        #expect(try await key.exitStatus() == .code(0))
        let (page, recipes) = try (Self.blocks("toml"), Self.blocks("toml", of: "docs/recipes.md"))
        #expect(page.count >= 4 && recipes.count >= 2)
        for block in page + recipes {
            let replacements = [
                ("whsec_…", "whsec_" + Data(repeating: 7, count: 24).base64EncodedString()),
                ("/etc/ssl/ours.pem", folder + "/us.pem"), ("/etc/ssl/", folder + "/"),
                ("user = \"extract\"", "user = \"nobody\""), ("pipelines.NAME", "pipelines.it"),
            ]
            let toml = replacements.reduce(block) { $0.replacing($1.0, with: $1.1) }
            try toml.write(to: URL(filePath: folder + "/c.toml"))
            let (exit, text) = try await Self.worker(["check-config", "--config", folder + "/c.toml"])
            #expect(exit == .code(0), "\(toml)\n\(text)")
        }
    }
}
