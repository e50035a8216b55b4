import FoundationEssentials
import IXTestSupport
import Testing

/// What a daemon in a terminal tells the operator who started it.
@Suite(.timeLimit(.minutes(2))) struct TerminalStartTests {
    /// Starts a daemon on the embedded file in a terminal, and returns what it said until it was ready.
    private func said(_ home: String, _ options: String = "") async throws -> [String] {
        let program = try Programs.path("ix-worker")
        var environment = TestProcess.plainEnvironment
        environment["HOME"] = home
        environment["LANG"] = "C.UTF-8"
        environment["IX_HTTP_LISTEN"] = "127.0.0.1:\(try Socket.freePort())"
        let daemon = try TestProcess(
            "/usr/bin/script", ["-qefc", "exec '\(program)'\(options)", "/dev/null"], environment: environment,
            directory: home, keepsInput: true)
        try await daemon.waitForLine(containing: "ready as daemon")
        daemon.write("\u{3}")
        #expect(try await daemon.exitStatus(within: .seconds(60)) == .code(0))
        return daemon.lines.map { $0.last == "\r" ? String($0.dropLast()) : $0 }
    }

    @Test func `the next commands are printed, with a first job while there is no pipeline`() async throws {
        let home = try Scratch.directory()
        let lines = try await said(home)
        #expect(lines.contains { $0.hasPrefix("Dashboard:  ixctl open --set http.listen=") }, "\(lines)")
        let job = #"First job:  echo '{"context": {"hello": "world"}}' | ixctl enqueue echo --request - --wait"#
        #expect(lines.contains(job), "\(lines)")
        #expect(lines.contains { $0.hasPrefix("HTTP API:   curl -H ") && $0.contains("/http-token") })
    }

    @Test func `a configuration that was named is named in the commands, and its pipelines need no first job`()
        async throws
    {
        let home = try Scratch.directory()
        let file = home + "/my queue.toml"
        try Data("[pipelines.hello]\nkind = \"exec\"\ncommand = [\"true\"]\n".utf8).write(to: URL(filePath: file))
        let lines = try await said(home, " --config '\(file)'")
        #expect(lines.contains { $0.hasPrefix("Dashboard:  ixctl open --config '\(file)'") }, "\(lines)")
        #expect(!lines.contains { $0.hasPrefix("First job") })
    }

    @Test func `the printed first job leads to the file of --set`() async throws {
        let home = try Scratch.directory()
        let lines = try await said(home, " --set sqlite.path=own.db")
        let line = try #require(lines.first { $0.hasPrefix("First job:  ") }, "\(lines)")
        let ctl = "'\(try Programs.path("ixctl"))'"
        let command = String(line.dropFirst("First job:  ".count))
            .replacing(" --wait", with: "").replacing("ixctl", with: ctl)
        let job = try TestProcess(
            "/bin/sh", ["-c", command], environment: TestProcess.plainEnvironment, directory: "/")
        #expect(try await job.exitStatus(within: .seconds(60)) == .code(0), "\(job.lines)")
        let list = try await TestCtl.run(home + "/own.db", ["list"])
        #expect(list.text.contains("echo"), "\(list.text)")
    }
}
