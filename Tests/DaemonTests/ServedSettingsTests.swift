import FoundationEssentials
import IXTestSupport
import Testing

/// Settings of the HTTP server that can't be used end the start with 78 and name their key.
@Suite(.timeLimit(.minutes(1))) struct ServedSettingsTests {
    @Test(arguments: [
        (["http.trusted_proxies=[\"10.0.0.0/33\"]"], "http.trusted_proxies"),
        (["http.trusted_proxies=[\"proxy.example\"]"], "http.trusted_proxies"),
        (["http.frame_ancestors=[\"*\"]"], "http.frame_ancestors"),
        (["http.tokens_file=/nonexistent"], "http.tokens_file"), (["http.prefix=queue"], "http.prefix"),
        (["http.prefix=/queue/"], "http.prefix"), (["http.prefix=/a;b"], "http.prefix"),
        (["http.listen=[\"0.0.0.0:0\"]", "http.plain=true", "http.auth=off"], "http.auth"),
    ])
    func `a key that can't be used is named`(_ set: [String], _ key: String) async throws {
        try await TestFile.with { file in
            let said = try await Self.serve(file, set)
            #expect(said.exit == .code(78) && said.text.contains(key), "\(said.text)")
        }
    }

    @Test func `a line of the tokens' file is named by its number, without its content`() async throws {
        try await TestFile.with { file in
            let path = file.directory + "/tokens"
            try "# ours\n{\"name\":\"s3cret\",\"role\":\"king\",\"sha256\":\"00\"}\n".write(
                toFile: path, atomically: false, encoding: .utf8)
            let said = try await Self.serve(file, ["http.tokens_file=\(path)"])
            #expect(said.exit == .code(78) && said.text.contains("line 2"), "\(said.text)")
            #expect(!said.text.contains("s3cret"))
        }
    }

    private static func serve(_ file: TestFile, _ set: [String]) async throws -> (
        exit: TestProcess.Exit, text: String
    ) {
        var variables = TestProcess.plainEnvironment
        variables.merge(StoreAddress.variables(file.path)) { $1 }
        variables["IX_WORKER_STATE_DIRECTORY"] = file.directory
        let listens = set.contains { $0.hasPrefix("http.listen") } ? [] : ["http.listen=[\"127.0.0.1:0\"]"]
        let process = try TestProcess(
            try Programs.path("ix-worker"), ["serve"] + (listens + set).flatMap { ["--set", $0] },
            environment: variables)
        return (try await process.exitStatus(within: .seconds(20)), process.lines.joined(separator: "\n"))
    }
}
