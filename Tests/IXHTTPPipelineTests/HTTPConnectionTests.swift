import Foundation
import IXCore
import IXPipelinesSupport
import Testing

@testable import IXHTTPPipeline
@testable import IXPipelines

/// Connections that services close, refuse or guard by certificates.
@Suite(.timeLimit(.minutes(3))) struct HTTPConnectionTests {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    /// Runs `body` with the port of a Python program, which writes the port as its first line.
    private func serving(_ program: String, _ body: (Int) async throws -> Void) async throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["-u", "-c", program, workshop.root]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        // A thread of the pool hands TERM on as a blocked signal.
        defer { kill(process.processIdentifier, SIGKILL) }
        var line = Data()
        while !line.contains(0x0A) {
            let more = pipe.fileHandleForReading.availableData
            guard !more.isEmpty else { break }
            line += more
        }
        let port = try #require(Int(String(decoding: line, as: UTF8.self).split(separator: "\n").first ?? ""))
        try await body(port)
    }

    private func report(_ pipeline: HTTPPipeline) async throws -> PipelineReport {
        try await pipeline.run(try .sample(), context: workshop.context())
    }

    @Test func `a kept connection that the service has closed costs nothing`() async throws {
        // Answers one request a connection, and resets the connection at the first byte of the next.
        let service = """
            import socket, struct, threading
            def serve(c):
                data = b""
                while b"\\r\\n\\r\\n" not in data: data += c.recv(65536)
                c.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\nContent-Length: 11\\r\\n\\r\\n{\\"ok\\":true}")
                c.recv(1)
                c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                c.close()
            s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(50)
            print(s.getsockname()[1])
            while True: threading.Thread(target=serve, args=(s.accept()[0],), daemon=True).start()
            """
        try await serving(service) { port in
            let pipeline = HTTPPipeline(try HTTPSettings(url: "http://127.0.0.1:\(port)/"), userAgent: "test/1")
            for number in 0..<8 {
                let report = try await report(pipeline)
                #expect(report.response != nil && report.fault == nil, "\(number): \(report)")
            }
            await pipeline.close()
        }
    }

    @Test func `a fresh connection that breaks is no kept one`() async throws {
        let service = """
            import socket
            s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(50)
            print(s.getsockname()[1])
            count = 0
            while True:
                c = s.accept()[0]; count += 1
                c.recv(65536); c.close()
                print(count)
            """
        try await serving(service) { port in
            let pipeline = HTTPPipeline(try HTTPSettings(url: "http://127.0.0.1:\(port)/"), userAgent: "test/1")
            let report = try await report(pipeline)
            #expect(report.isRetry && report.fault?.isUnstarted == false, "the service may have seen the request")
            await pipeline.close()
        }
    }

    /// A server of TLS with a certificate of an authority of its own, which asks for a client's certificate by `asks`.
    private func secured(asks: Bool) -> String {
        """
        import http.server, ssl, subprocess, sys
        d = sys.argv[1]
        def run(*words): subprocess.run(words, check=True, cwd=d, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        new = "-newkey rsa:2048 -nodes -days 2".split()
        run("openssl", "req", "-x509", *new, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=authority")
        for name in "server", "client":
            open(d + "/names", "w").write("subjectAltName=DNS:localhost")
            run("openssl", "req", *new[:3], "-keyout", name + ".key", "-out", name + ".csr", "-subj", "/CN=" + name)
            run("openssl", "x509", "-req", "-in", name + ".csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                "-days", "2", "-extfile", "names", "-out", name + ".pem")
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def do_POST(self):
                self.rfile.read(int(self.headers["content-length"]))
                self.send_response(200); self.send_header("Content-Length", "2"); self.end_headers(); self.wfile.write(b"{}")
            def log_message(self, *_): pass
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); context.load_cert_chain(d + "/server.pem", d + "/server.key")
        if \(asks ? "True" : "False"):
            context.verify_mode = ssl.CERT_REQUIRED; context.load_verify_locations(d + "/ca.pem")
            context.maximum_version = ssl.TLSVersion.TLSv1_2
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        print(server.server_address[1])
        server.serve_forever()
        """
    }

    @Test func `a certificate that isn't trusted costs no start and is told in words, and ca_file trusts it`()
        async throws
    {
        try await serving(secured(asks: false)) { port in
            let url = "https://localhost:\(port)/"
            let plain = HTTPPipeline(try HTTPSettings(url: url), userAgent: "test/1")
            let refused = try await report(plain)
            #expect(refused.isRetry && refused.fault?.isUnstarted == true)
            let words = "the certificate of localhost is not trusted"
            #expect(refused.error?.message.hasPrefix(words) == true && refused.fault?.reason.hasPrefix(words) == true)
            await plain.close()

            let trusting = HTTPPipeline(
                try HTTPSettings(url: url, caFile: workshop.root + "/ca.pem"), userAgent: "test/1")
            #expect(try await report(trusting).response != nil)
            // A changed file is read again when the daemon prepares its pipelines, as it does after a reload.
            try "no certificate".write(toFile: workshop.root + "/ca.pem", atomically: true, encoding: .utf8)
            #expect(try await report(trusting).response != nil, "the client under way goes on")
            trusting.prepare()
            let broken = try await report(trusting)
            #expect(
                broken.fault?.isUnstarted == true && broken.error?.message.hasPrefix("ca_file can't be used") == true)
            await trusting.close()
        }
    }

    @Test func `a service that asks for a certificate gets the one of the settings`() async throws {
        try await serving(secured(asks: true)) { port in
            let (url, folder) = ("https://localhost:\(port)/", workshop.root)
            let without = HTTPPipeline(try HTTPSettings(url: url, caFile: folder + "/ca.pem"), userAgent: "test/1")
            let refused = try await report(without)
            #expect(refused.isRetry && refused.error?.code == "pipeline_unavailable", "\(refused)")
            await without.close()
            let settings = try HTTPSettings(
                url: url, caFile: folder + "/ca.pem", clientCertificate: folder + "/client.pem",
                clientKey: folder + "/client.key")
            let with = HTTPPipeline(settings, userAgent: "test/1")
            #expect(try await report(with).response != nil)
            await with.close()
        }
    }

    @Test func `a service without TLS at an https address is told in words`() async throws {
        let service = """
            import socket
            s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(50)
            print(s.getsockname()[1])
            while True:
                c = s.accept()[0]; c.recv(65536); c.sendall(b"HTTP/1.1 400 Bad Request\\r\\n\\r\\n"); c.close()
            """
        try await serving(service) { port in
            let pipeline = HTTPPipeline(try HTTPSettings(url: "https://localhost:\(port)/"), userAgent: "test/1")
            let report = try await report(pipeline)
            #expect(
                report.fault?.isUnstarted == true && report.error?.message.contains("does not speak TLS") == true,
                "\(report)")
            await pipeline.close()
        }
    }

    @Test func `requests go through the proxy of the settings`() async throws {
        let proxy = """
            import socket
            s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(50)
            print(s.getsockname()[1])
            while True:
                c = s.accept()[0]
                tunnel = c.recv(65536).split(b"\\r\\n")[0].decode()
                c.sendall(b"HTTP/1.1 200 OK\\r\\n\\r\\n")
                data = b""
                while not data.endswith(b"}"):
                    more = c.recv(65536)
                    if not more: break
                    data += more
                body = '{"tunnel": "%s"}' % tunnel
                c.sendall(("HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n%s" % (len(body), body)).encode())
                c.close()
            """
        try await serving(proxy) { port in
            let settings = try HTTPSettings(url: "http://service.invalid/jobs", proxy: "http://127.0.0.1:\(port)")
            let pipeline = HTTPPipeline(settings, userAgent: "test/1")
            let report = try await report(pipeline)
            let tunnel = report.response?.document["tunnel"]?.string
            #expect(tunnel == "CONNECT service.invalid:80 HTTP/1.1", "\(report)")
            await pipeline.close()
        }
        for text in ["socks5://x:1", "http://x", "http://u:p@x:1", "http://x:1/path", "x:1"] {
            #expect(throws: InvalidInput.self) { try HTTPSettings(url: "http://x/", proxy: text) }
        }
        #expect(throws: InvalidInput.self) { try HTTPSettings(url: "http://x/", clientKey: "/k") }
    }
}
