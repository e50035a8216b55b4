import FoundationEssentials
import Glibc
import IXTestSupport
import Testing

/// The certificate of a real daemon.
@Suite(.timeLimit(.minutes(2))) struct ServedCertificateTests {
    @Test func `a daemon takes a new certificate on HUP, and keeps the old one when the new one is broken`()
        async throws
    {
        let folder = try Scratch.directory()
        try await Self.certify("first", in: folder)
        let toml =
            "[http]\nlisten = [\"127.0.0.1:0\"]\ntls_certificate = \"\(folder)/c.pem\"\ntls_key = \"\(folder)/k.pem\"\n"
        let daemon = try await TestDaemon.ready(folder + "/jobs.db", toml: toml)
        let line = try await daemon.process.waitForLine(containing: "HTTP server listening")
        let address = try #require(
            line.split(separator: "addresses=").last.map { $0.prefix { $0 != " " }.filter { $0 != "\"" } })
        #expect(try await Self.subject(address, folder) == "first")
        try await Self.certify("second", in: folder)
        daemon.process.signal(SIGHUP)
        let isNew = try await eventually { try await Self.subject(address, folder) == "second" }
        #expect(isNew)
        try "nothing".write(to: URL(filePath: folder + "/k.pem"))
        daemon.process.signal(SIGHUP)
        try await daemon.process.waitForLine(containing: "can't be used")
        #expect(try await Self.subject(address, folder) == "second")
        #expect(try await daemon.terminate() == .code(0))
    }

    private static func certify(_ subject: String, in folder: String) async throws {
        _ = try await shell(
            """
            set -e; cd \(folder); new="-newkey ec -pkeyopt ec_paramgen_curve:P-256"
            test -e ca.pem || openssl req -x509 $new -nodes -keyout ca.key -out ca.pem -days 9 -subj /CN=ca
            printf 'subjectAltName=IP:127.0.0.1' >e
            openssl req $new -nodes -keyout k.new -out r.csr -subj /CN=\(subject)
            openssl x509 -req -in r.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 9 -extfile e -out c.new
            mv k.new k.pem; mv c.new c.pem
            """)
    }

    private static func subject(_ address: String, _ folder: String) async throws -> String {
        let lines = try await shell(
            "openssl s_client -connect \(address) -CAfile \(folder)/ca.pem -verify_return_error </dev/null 2>&1 "
                + "| openssl x509 -noout -subject")
        return lines.last { $0.hasPrefix("subject") }?.split(separator: "=").last.map { $0.filter { $0 != " " } } ?? ""
    }

    private static func shell(_ command: String) async throws -> [String] {
        let process = try TestProcess("/bin/sh", ["-c", command])
        guard try await process.exitStatus() == .code(0) else { throw TestFailure("\(process.lines)") }
        return process.lines
    }
}
