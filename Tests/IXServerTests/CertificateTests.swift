import AsyncHTTPClient
import FoundationEssentials
import IXTestSupport
import NIOCore
import NIOHTTP1
import NIOSSL
import Testing

@testable import IXServer

/// TLS of the server, with certificates of a private authority.
@Suite(.timeLimit(.minutes(2))) struct CertificateTests {
    @Test func `a client that trusts the authority gets answers, any other gets none`() async throws {
        let folder = try Self.folder()
        try await Self.certify("first", in: folder)
        try await ServedStore.with {
            $0.certificate = CertificateFiles(certificate: folder + "/c.pem", key: folder + "/k.pem")
        } _: { served in
            #expect(try await Self.ask(served.address, trusting: folder + "/ca.pem") == 200)
            await #expect(throws: (any Error).self) { try await Self.ask(served.address, trusting: nil) }
            // Plain HTTP to the same port ends the connection, and the server goes on.
            let raw = try RawConnection(served.address)
            raw.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(!(await raw.rest().contains("200 OK")))
            raw.end()
            #expect(try await Self.ask(served.address, trusting: folder + "/ca.pem") == 200)
        }
    }

    @Test func `a new certificate serves new connections, and a broken one leaves the old one in force`() async throws {
        let folder = try Self.folder()
        try await Self.certify("first", in: folder)
        try await ServedStore.with {
            $0.certificate = CertificateFiles(certificate: folder + "/c.pem", key: folder + "/k.pem")
        } _: { served in
            #expect(try await Self.subject(served.address, folder) == "first")
            try await Self.certify("second", in: folder)
            #expect(try await Self.subject(served.address, folder) == "first")
            try served.server.reload()
            #expect(try await Self.subject(served.address, folder) == "second")
            try Data("nothing".utf8).write(to: URL(filePath: folder + "/k.pem"))
            #expect(throws: ServerFailure.self) { try served.server.reload() }
            #expect(try await Self.subject(served.address, folder) == "second")
        }
    }

    private static func folder() throws -> String {
        let path = FileManager.default.temporaryDirectory.appending(path: "ix-certificate-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    /// Writes `c.pem` and `k.pem` for localhost under `subject`, by the authority `ca.pem`, which is made once.
    private static func certify(_ subject: String, in folder: String) async throws {
        try await shell(
            """
            set -e; cd \(folder); new="-newkey ec -pkeyopt ec_paramgen_curve:P-256"
            test -e ca.pem || openssl req -x509 $new -nodes -keyout ca.key -out ca.pem -days 9 -subj /CN=ca
            printf 'subjectAltName=DNS:localhost,IP:127.0.0.1' >e
            openssl req $new -nodes -keyout k.new -out r.csr -subj /CN=\(subject)
            openssl x509 -req -in r.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 9 -extfile e -out c.new
            mv k.new k.pem; mv c.new c.pem
            """)
    }

    /// Returns the subject of the certificate that a new connection gets, as OpenSSL's own client reads it.
    private static func subject(_ address: String, _ folder: String) async throws -> String {
        let lines = try await shell(
            "openssl s_client -connect \(address) -CAfile \(folder)/ca.pem -verify_return_error </dev/null 2>&1 "
                + "| openssl x509 -noout -subject")
        return lines.last { $0.hasPrefix("subject") }?.split(separator: "=").last.map { $0.filter { $0 != " " } } ?? ""
    }

    @discardableResult
    private static func shell(_ command: String) async throws -> [String] {
        let process = try TestProcess("/bin/sh", ["-c", command])
        guard try await process.exitStatus() == .code(0) else {
            throw TestFailure(process.lines.joined(separator: "\n"))
        }
        return process.lines
    }

    private static func ask(_ address: String, trusting authority: String?) async throws -> UInt {
        var configuration = HTTPClient.Configuration()
        configuration.tlsConfiguration = .makeClientConfiguration()
        if let authority { configuration.tlsConfiguration?.trustRoots = .file(authority) }
        let client = HTTPClient(configuration: configuration)
        do {
            let request = HTTPClientRequest(url: "https://\(address)/livez")
            let status = try await client.execute(request, timeout: .seconds(20)).status.code
            try await client.shutdown()
            return status
        } catch {
            try await client.shutdown()
            throw error
        }
    }
}
