import IXTestSupport
import Testing

/// `docs/commands.md` is what the programs say of their commands and options.
@Suite(.timeLimit(.minutes(1))) struct CommandReferenceTests {
    private static let script =
        #filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined() + "/.ci/commands"

    /// With IX_WRITE_REFERENCE=1 the page is written anew instead.
    @Test func `the documented commands are those of the programs`() async throws {
        let program = try Programs.path("ixctl")
        let folder = String(program.prefix(upTo: program.lastIndex(of: "/") ?? program.endIndex))
        let isWritten = Environment["IX_WRITE_REFERENCE"] == "1"
        let process = try TestProcess(
            "/usr/bin/env", ["python3", Self.script, folder] + (isWritten ? [] : ["--check"]))
        #expect(try await process.exitStatus() == .code(0), "\(process.lines)")
    }
}
