import FoundationEssentials
import Glibc
import IXTestSupport
import Testing

/// The clients in `Config/clients`, as a producer would use each, against the real daemon.
@Suite(.timeLimit(.minutes(10))) struct ClientTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    private static let folder = root + "/Config/clients"

    @Test func `the Python package installs, and does all a producer needs, on the file`() async throws {
        try await TestFile.with { file in try await python(file.path) }
    }

    @Test(.needsPostgres) func `the Python package does the same on PostgreSQL`() async throws {
        try await TestDatabase.with { db in try await python(db.url) }
    }

    @Test func `each example puts a job in and prints its response`() async throws {
        try await TestFile.with { file in
            let (served, token) = try await served(file.path)
            var examples = [("python3", "enqueue.py"), ("node", "enqueue.mjs")]
            for (program, runtime, name) in Self.optional where try await isInstalled(program) {
                examples.append((runtime, name))
            }
            for (number, (runtime, name)) in examples.enumerated() {
                let said = try await run(
                    "/usr/bin/env",
                    runtime.split(separator: " ").map(String.init)
                        + ["\(Self.folder)/examples/\(name)", "http://\(served.address)", token, "c", "\(number)"])
                #expect(said.exit == .code(0) && said.text.contains("world"), "\(name): \(said.text)")
            }
            let curl = try await run(
                "/bin/sh",
                [
                    "-c",
                    "echo '{\"context\":{\"hello\":\"world\"}}' | \(Self.folder)/examples/enqueue.sh http://\(served.address) \(token) c echo 9",
                ])
            #expect(curl.exit == .code(0) && curl.text.contains(#""status":"done""#), "\(curl.text)")
            try await end(served)
        }
    }

    @Test func `each example tells a genuine callback from another's`() async throws {
        try await TestFile.with { file in
            let listener = try TestCtl.start(file.path, ["listen", "0", "--count", "1", "--json"])
            let url = try await listener.waitForLine(containing: "listening on ").dropFirst("listening on ".count)
            let daemon = try await TestDaemon.ready(file.path, set: ["callback.secret=\(TestReceiver.secret)"])
            _ = try await TestCtl.run(file.path, ["enqueue", "echo", "--callback-url", String(url), "--wait"])
            let line = try await listener.waitForLine(containing: "webhook-id")
            for (runtime, name) in Self.verifiers where try await isInstalled(runtime) {
                for (secret, exit) in [(TestReceiver.secret, 0), ("whsec_AAAA", 1)] {
                    let command = #"printf '%s\n' "$1" | "$2" "$3" "$4""#
                    let said = try await run(
                        "/bin/sh", ["-c", command, "sh", line, runtime, "\(Self.folder)/examples/\(name)", secret])
                    #expect(said.exit == .code(Int32(exit)), "\(name): \(said.text)")
                }
            }
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    /// Programs of languages that a machine may lack: the program to look for, the runtime, and the example.
    private static let optional = [
        ("go", "go run", "go/enqueue.go"), ("ruby", "ruby", "enqueue.rb"), ("php", "php", "enqueue.php"),
    ]
    private static let verifiers = [("node", "verify.mjs"), ("ruby", "verify.rb"), ("php", "verify.php")]

    private func isInstalled(_ program: String) async throws -> Bool {
        try await run("/bin/sh", ["-c", "command -v \(program)"]).exit == .code(0)
    }

    @Test func `no example is longer than a page`() throws {
        for name in ["enqueue.py", "enqueue.sh", "enqueue.mjs"] + Self.optional.map(\.2) + Self.verifiers.map(\.1) {
            let text = try String(contentsOfFile: "\(Self.folder)/examples/\(name)", encoding: .utf8)
            #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 60, "\(name)")
        }
    }

    private func python(_ url: String) async throws {
        let venv = try Scratch.directory() + "/venv"
        // A copy, because a build leaves files beside the sources.
        let install = try await run(
            "/bin/sh",
            [
                "-c",
                "python3 -m venv \(venv) && cp -r \(Self.folder)/python \(venv)/source "
                    + "&& \(venv)/bin/python -m pip install --quiet --disable-pip-version-check \(venv)/source",
            ])
        #expect(install.exit == .code(0), "\(install.text)")
        let (served, token) = try await served(url)
        let said = try await run(
            venv + "/bin/python",
            ["-I", Self.root + "/Tests/DaemonTests/client.py", "http://\(served.address)", token, TestReceiver.secret])
        #expect(said.exit == .code(0) && said.text.contains("all is well"), "\(said.text)")
        try await end(served)
    }

    /// A daemon with authentication, and a file with an operator's token.
    private func served(_ url: String) async throws -> (ServedAddress, token: String) {
        let served = try await ServedAddress.running(
            url, auth: "token",
            toml: "[callback]\nsecret = \"\(TestReceiver.secret)\"\n[pipelines.sleep]\nkind = \"sleep\"\n")
        let made = try await TestCtl.run(url, ["token", "create", "--name", "client", "--role", "operator"])
        let token = try #require(made.text.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("ixt_") })
        let path = try Scratch.directory() + "/token"
        try "Authorization: Bearer \(token)\n".write(to: URL(filePath: path))
        return (served, path)
    }

    private func end(_ served: ServedAddress) async throws {
        served.process.signal(SIGTERM)
        #expect(try await served.process.exitStatus() == .code(0))
    }

    private func run(_ path: String, _ arguments: [String]) async throws -> TestCtl.Said {
        let process = try TestProcess(path, arguments)
        return TestCtl.Said(exit: try await process.exitStatus(within: .seconds(280)), lines: process.lines)
    }
}
