import FoundationEssentials
import IXCore
import IXTestSupport
import Testing

/// Callbacks to https receivers with certificates of a private authority.
@Suite(.timeLimit(.minutes(3))) struct TLSTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let names: String
        let host: String
        var version = ""
        let isGenuine: Bool

        var testDescription: String { "\(names) as \(host) \(version)" }
    }

    @Test(arguments: [
        Row(names: "DNS:localhost", host: "localhost", isGenuine: true),
        Row(names: "DNS:localhost,IP:127.0.0.1", host: "localhost", isGenuine: true),
        Row(names: "IP:127.0.0.1", host: "127.0.0.1", isGenuine: true),
        Row(names: "IP:127.0.0.1", host: "localhost", isGenuine: false),
        Row(names: "IP:127.0.0.1,DNS:other.example", host: "localhost", isGenuine: false),
        Row(names: "DNS:localhost", host: "127.0.0.1", isGenuine: false),
        Row(names: "DNS:localhost", host: "localhost", version: "1.1", isGenuine: false),
    ])
    func `a callback goes to who has a certificate for the host that was named, by TLS 1.2 at least`(
        _ row: Row
    ) async throws {
        let folder = try Scratch.directory()
        let authority = try await Self.certify(row.names, in: folder)
        let server = try TestProcess(
            "/usr/bin/env",
            ["python3", Self.script, folder + "/c.pem", folder + "/k.pem"] + (row.version.isEmpty ? [] : [row.version]))
        defer { server.signal(9) }
        let port = try await server.waitForLine(containing: "port ").filter(\.isNumber)
        let store = folder + "/jobs.db"
        let daemon = try await TestDaemon.ready(
            store, set: ["callback.ca_file=\(authority)", "callback.retry_seconds=0"])
        let job = try await TestCtl.run(
            store, ["enqueue", "echo", "--callback-url", "https://\(row.host):\(port)/"])
        let id = try #require(job.jobID)
        let isDone = try await eventually {
            let said = try await TestCtl.run(store, ["callbacks", "show", id, "--json"])
            return ["delivered", "failed"].contains(said.objects.first?["state"]?.string ?? "")
        }
        let said = try await TestCtl.run(store, ["callbacks", "show", id, "--json"])
        let state = said.objects.first?["state"]?.string
        #expect(isDone && state == (row.isGenuine ? "delivered" : "failed"), "\(said.text)")
        // Nothing was sent to who wasn't genuine.
        #expect(server.lines.contains { $0.hasPrefix("got") } == row.isGenuine)
        #expect(try await daemon.terminate() == .code(0))
    }

    private static let script =
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "tlsserver.py").path

    /// `c.pem` and `k.pem` for the names, and the path of the authority's own certificate.
    private static func certify(_ names: String, in folder: String) async throws -> String {
        let commands = """
            set -e; cd \(folder); new="-newkey ec -pkeyopt ec_paramgen_curve:P-256"
            echo "subjectAltName=\(names)" >e
            openssl req -x509 $new -nodes -keyout ca.key -out ca.pem -days 9 -subj /CN=ca
            openssl req $new -nodes -keyout k.pem -out r.csr -subj /CN=x
            openssl x509 -req -in r.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 9 -extfile e -out c.pem
            """
        let made = try TestProcess("/bin/sh", ["-c", commands])
        guard try await made.exitStatus(within: .seconds(60)) == .code(0) else {
            throw TestFailure(made.lines.joined(separator: "\n"))
        }
        return folder + "/ca.pem"
    }
}
