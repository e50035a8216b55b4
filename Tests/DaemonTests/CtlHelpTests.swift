import FoundationEssentials
import IXCore
import IXTestSupport
import Testing

/// The help of `ixctl`.
@Suite(.timeLimit(.minutes(2))) struct CtlHelpTests {
    @Test func `each example of the help is a command line that the program takes`() async throws {
        let nowhere = "postgresql:///x?host=/nonexistent"
        let dump = try await TestCtl.run(nowhere, ["--experimental-dump-help"])
        let document = try JSONDocument(dump.text.utf8, field: "dump", limit: 8 << 20)
        let examples = Self.examples(try #require(document["command"]?.object))
        #expect(examples.count >= 20, "\(examples)")
        for example in examples {
            let words = example.split(separator: " ").dropFirst().map(String.init)
            // A command line with a fault ends with 64, before its configuration is read.
            let said = try await TestCtl.run(nowhere, words + ["--config", "/nonexistent/ix-worker.toml"])
            #expect(said.exit == .code(78), "\(example): \(said.text)")
        }
    }

    private static func examples(_ command: JSONDocument) -> [String] {
        let own = (command["discussion"]?.string ?? "").split(separator: "\n").filter { $0.hasPrefix("  ixctl ") }
        let below = command["subcommands"]?.elements?.compactMap(\.object) ?? []
        return own.map(String.init) + below.flatMap(examples)
    }

    @Test func `the help breaks no line but where the terminal ends, and names ids as ids`() async throws {
        let said = try await TestCtl.run("postgresql:///x?host=/nonexistent", ["cancel", "--help"])
        #expect(said.text.contains("[<job-id> ...]") && !said.text.contains("job-i-ds"), "\(said.text)")
        let text = said.lines.prefix { !$0.hasPrefix("USAGE") }
        let short = zip(text, text.dropFirst()).filter { line, next in
            !line.isEmpty && !next.isEmpty && !next.hasPrefix(" ")
                && line.count + 1 + (next.split(separator: " ").first?.count ?? 0) < 80
        }
        #expect(short.isEmpty, "\(short)")
    }
}
