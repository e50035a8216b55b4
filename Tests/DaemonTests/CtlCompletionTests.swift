import FoundationEssentials
import IXCore
import IXTestSupport
import Testing

/// Completion in a real bash, with the script that the program prints.
@Suite(.timeLimit(.minutes(3))) struct CtlCompletionTests {
    /// Completes the last of `words`, as a press of the tabulator behind it does.
    private static func complete(_ url: String, _ words: [String]) async throws -> [String] {
        let program = try Programs.path("ixctl")
        let quoted = words.map { "'\($0)'" }.joined(separator: " ")
        let script = """
            source <('\(program)' --generate-completion-script bash)
            COMP_WORDS=('\(program)' \(quoted)) COMP_CWORD=\(words.count)
            COMP_LINE="${COMP_WORDS[*]}" COMP_POINT=${#COMP_LINE}
            _ixctl ixctl "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        let environment = TestProcess.plainEnvironment.merging(StoreAddress.variables(url)) { $1 }
        let bash = try TestProcess("/bin/bash", ["-c", script], environment: environment)
        #expect(try await bash.exitStatus(within: .seconds(60)) == .code(0), "\(bash.lines)")
        return bash.lines.map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }
    }

    @Test func `on the file use cases, queues, tokens and ids come from the store`() async throws {
        try await TestFile.with { file in try await completeNames(file.path) }
    }

    @Test(.needsPostgres) func `on PostgreSQL use cases, queues, tokens and ids come from the store`() async throws {
        try await TestDatabase.with { database in try await completeNames(database.url) }
    }

    private func completeNames(_ url: String) async throws {
        for words in [
            ["enqueue", "extract", "--client-id", "c", "--request-id", "1"],
            ["queue", "set", "scans", "concurrency=2"],
            ["token", "create", "--name", "laptop", "--role", "reader"],
        ] {
            let said = try await TestCtl.run(url, words)
            #expect(said.exit == .code(0), "\(said.text)")
        }
        let listed = try await TestCtl.run(url, ["list", "--json"])
        let id = try #require(listed.objects.first?["job_id"]?.string)
        #expect(try await Self.complete(url, ["get", ""]) == [id])
        #expect(try await Self.complete(url, ["logs", String(id.prefix(6))]) == [id])
        #expect(try await Self.complete(url, ["cancel", ""]) == [id])
        #expect(try await Self.complete(url, ["resubmit", ""]).isEmpty)
        #expect(try await Self.complete(url, ["get", "zz"]).isEmpty)
        #expect(try await Self.complete(url, ["queue", "pause", "sc"]) == ["scans"])
        #expect(try await Self.complete(url, ["list", "--queue", ""]) == ["scans"])
        #expect(try await Self.complete(url, ["token", "revoke", ""]) == ["laptop"])
        #expect(try await Self.complete(url, ["enqueue", "ec"]) == ["echo"])
        #expect(try await Self.complete(url, ["list", "--use-case", "sl"]) == ["sleep"])
    }

    @Test func `statuses, codes, keys and files are completed without a store`() async throws {
        let nowhere = "postgresql:///x?host=/nonexistent"
        #expect(
            try await Self.complete(nowhere, ["list", "--status", ""]).sorted() == [
                "done", "error", "pending", "running",
            ])
        #expect(try await Self.complete(nowhere, ["cancel", "--status", "r"]) == ["running"])
        #expect(try await Self.complete(nowhere, ["list", "--error-code", "time"]) == ["timeout"])
        #expect(try await Self.complete(nowhere, ["list", "--set", "worker.cou"]) == ["worker.count="])
        let folder = try Scratch.directory()
        try "".write(toFile: folder + "/own.toml", atomically: true, encoding: .utf8)
        try "".write(toFile: folder + "/jobs.jsonl", atomically: true, encoding: .utf8)
        #expect(try await Self.complete(nowhere, ["list", "--config", folder + "/o"]) == [folder + "/own.toml"])
        #expect(try await Self.complete(nowhere, ["enqueue", "--from", folder + "/j"]) == [folder + "/jobs.jsonl"])
    }

    @Test func `a store that is away completes to nothing, in silence and at once, and no file is made`() async throws {
        #expect(try await Self.complete("postgresql:///x?host=/nonexistent", ["get", ""]).isEmpty)
        let path = try Scratch.directory() + "/jobs.db"
        #expect(try await Self.complete(path, ["get", ""]).isEmpty)
        #expect(!FileManager.default.fileExists(atPath: path))
        // Names of this store would be no names of a server's.
        try await TestFile.with { file in
            _ = try await TestCtl.run(file.path, ["enqueue", "echo", "--client-id", "c"])
            #expect(try await Self.complete(file.path, ["get", "--server", "http://127.0.0.1:9", ""]).isEmpty)
        }
    }
}
