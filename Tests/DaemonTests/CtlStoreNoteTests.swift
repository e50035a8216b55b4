import IXTestSupport
import Testing

/// The word about a store that no configuration names.
@Suite(.timeLimit(.minutes(1))) struct CtlStoreNoteTests {
    @Test func `a command that shows jobs names an unnamed store only in front of another message`() async throws {
        let home = try Scratch.directory()
        func run(_ words: [String]) async throws -> [String] {
            let environment = TestProcess.plainEnvironment.merging(["HOME": home]) { $1 }
            let process = try TestProcess(try Programs.path("ixctl"), words, environment: environment)
            _ = try await process.exitStatus(within: .seconds(30))
            return process.lines
        }
        let note = "no PostgreSQL is configured"
        #expect(try await run(["enqueue", "echo", "--client-id", "c"]).contains { $0.contains(note) })
        let listed = try await run(["list"])
        #expect(listed.contains { $0.contains("pending") } && !listed.contains { $0.contains(note) }, "\(listed)")
        for words in [["list", "--status", "done"], ["get", "ffffffff"]] {
            let said = try await run(words)
            #expect(said.count == 2 && said.first?.contains(note) == true, "\(said)")
        }
    }
}
