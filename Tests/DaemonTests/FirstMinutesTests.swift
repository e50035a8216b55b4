import FoundationEssentials
import Glibc
import IXTestSupport
import Testing

/// The first minutes of the README, typed as they stand there: a daemon in a terminal, and `curl` in another.
@Suite(.timeLimit(.minutes(2))) struct FirstMinutesTests {
    @Test func `curl puts a job in, waits, and prints the response`() async throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "README.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        let section = try #require(text.components(between: "## First minutes with curl", and: "\n## "))
        let blocks = section.split(separator: "```").enumerated().filter { $0.offset % 2 == 1 }.map {
            String($0.element)
        }
        try #require(blocks.count == 2)
        let home = try Scratch.directory()
        let program = try Programs.path("ix-worker")
        let daemon = try TestProcess(
            "/usr/bin/script", ["-qefc", try command(blocks[0], "ix-worker", program), "/dev/null"],
            environment: environment(home, ["IX_HTTP_LISTEN": "127.0.0.1:0"]), keepsInput: true)
        let line = try await daemon.waitForLine(containing: "HTTP API: curl -H @")
        #expect(line.contains("\(home)/.local/state/ix-worker/http-token"))
        // The port of the page may be in use on this machine.
        let port = try #require(line.firstMatch(of: #/127\.0\.0\.1:([0-9]+)/#)?.output.1)
        let typed = blocks[1].replacing(":8791", with: ":\(port)")
        let shell = try TestProcess("/bin/bash", ["-euc", typed + "\n" + typed], environment: environment(home, [:]))
        #expect(try await shell.exitStatus(within: .seconds(60)) == .code(0), "\(shell.lines)")
        let said = shell.lines.joined(separator: "\n")
        #expect(
            said.contains(#""status":"done""#) && said.contains(#""hello""#) && said.contains(#""duplicate":true"#),
            "\(said)")
        daemon.signal(SIGTERM)
        _ = try await daemon.exitStatus()
    }

    /// The line of the page that starts a program, with the test's program in place of the release.
    private func command(_ block: String, _ name: String, _ program: String) throws -> String {
        let line = block.split(separator: "\n").first { $0.hasPrefix(".build/release/\(name)") }
        return String(try #require(line)).replacing(".build/release/\(name)", with: "exec \(program)")
    }

    private func environment(_ home: String, _ more: [String: String]) -> [String: String] {
        TestProcess.plainEnvironment.merging(["HOME": home, "SHELL": "/bin/bash"]) { $1 }.merging(more) { $1 }
    }
}

extension String {
    /// The text between two marks; nil when one is missing.
    fileprivate func components(between start: String, and end: String) -> Substring? {
        guard let from = firstRange(of: start)?.upperBound else { return nil }
        let rest = self[from...]
        return rest[..<(rest.firstRange(of: end)?.lowerBound ?? rest.endIndex)]
    }
}
