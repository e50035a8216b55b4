import AsyncHTTPClient
import FoundationEssentials
import IXTestSupport
import NIOCore
import NIOHTTP1

/// The HTTP server of a real process, run by a test: the daemon, or `ix-worker serve`.
struct ServedAddress: Sendable {
    let process: TestProcess
    /// Host and port.
    let address: String

    /// Starts `ix-worker serve` on `url`, a database's or a file's path, without authentication.
    static func serving(_ url: String) async throws -> ServedAddress {
        try await start(url, ["serve"], "", auth: "off")
    }

    /// Starts the daemon with its server, by default without authentication; `toml` is added to its configuration.
    static func running(
        _ url: String, state: String? = nil, auth: String = "off", toml: String = ""
    ) async throws -> ServedAddress {
        try await start(url, [], toml + "[pipelines.echo]\nkind = \"echo\"\n", auth: auth, state: state)
    }

    private static func start(
        _ url: String, _ command: [String], _ toml: String, auth: String, state: String? = nil
    ) async throws -> ServedAddress {
        let state = try state ?? Scratch.directory()
        let file = state + "/ix-worker.toml"
        try (toml + "[http]\nlisten = [\"127.0.0.1:0\"]\nauth = \"\(auth)\"\n").write(to: URL(filePath: file))
        var variables = TestProcess.plainEnvironment
        variables.merge(StoreAddress.variables(url)) { $1 }
        variables["IX_WORKER_STATE_DIRECTORY"] = state
        let process = try TestProcess(
            try Programs.path("ix-worker"), command + ["--config", file], environment: variables)
        let line = try await process.waitForLine(containing: "HTTP server listening")
        guard let text = line.split(separator: "addresses=").last, line.contains("addresses=") else {
            throw TestFailure(line)
        }
        let address = text.prefix { $0 != " " }.filter { $0 != "\"" }
        return ServedAddress(process: process, address: String(address))
    }

    /// Returns the status and the body of a path.
    func get(_ path: String) async throws -> (status: Int, body: String) {
        let request = HTTPClientRequest(url: "http://\(address)\(path)")
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        return (Int(response.status.code), String(buffer: try await response.body.collect(upTo: 2 << 20)))
    }

    /// Posts JSON. Returns the status and the body.
    func post(
        _ path: String, _ body: String, type: String = "application/json"
    ) async throws -> (status: Int, body: String) {
        var request = HTTPClientRequest(url: "http://\(address)\(path)")
        request.method = .POST
        request.headers.add(name: "content-type", value: type)
        request.body = .bytes(ByteBuffer(string: body))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        return (Int(response.status.code), String(buffer: try await response.body.collect(upTo: 1 << 20)))
    }
}
