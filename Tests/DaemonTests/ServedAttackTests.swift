import FoundationEssentials
import Glibc
import IXCore
import IXStore
import IXTestSupport
import Testing

/// Peers that hold connections, send slowly, read slowly and smuggle, while a daemon runs jobs.
@Suite(.timeLimit(.minutes(3))) struct ServedAttackTests {
    @Test func `on the file, claims go on while peers hold the server's connections`() async throws {
        try await TestFile.with { file in try await attacked(file.path) { file.store() } }
    }

    @Test(.needsPostgres) func `on PostgreSQL, claims go on while peers hold the server's connections`() async throws {
        try await TestDatabase.with { db in try await attacked(db.url) { db.store() } }
    }

    private static let script = """
        import socket, sys, time
        host, port = sys.argv[1].split(":")
        def connect(small=False):
            one = socket.socket()
            if small:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            one.connect((host, int(port)))
            return one
        held = []
        for _ in range(100):                                     # slow heads
            one = connect(); one.sendall(b"GET /livez HTTP/1.1\\r\\nX: "); held.append(one)
        for _ in range(50):                                      # slow bodies
            one = connect()
            one.sendall(b"POST /v1/jobs HTTP/1.1\\r\\nHost: localhost\\r\\nContent-Type: application/json\\r\\n"
                        b"Content-Length: 1000\\r\\n\\r\\n{")
            held.append(one)
        for _ in range(50):                                      # slow readers
            one = connect(small=True)
            one.sendall(b"GET /openapi.json HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n" * 40); held.append(one)
        print("ready", flush=True)
        end = time.monotonic() + float(sys.argv[2])
        while time.monotonic() < end:                            # smugglers, and garbage
            for text in (b"POST /v1/jobs HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 4\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0\\r\\n\\r\\n",
                         b"\\x16\\x03\\x01" + b"\\x00" * 200):
                one = connect(); one.sendall(text); one.close()
            for one in held:
                try:
                    one.send(b"a", socket.MSG_DONTWAIT)
                except OSError:
                    pass
            time.sleep(0.02)
        """

    private func attacked(_ url: String, _ open: () -> any JobStore) async throws {
        let served = try await ServedAddress.running(url)
        let attack = try TestProcess("/usr/bin/env", ["python3", "-c", Self.script, served.address, "60"])
        try await attack.waitForLine(containing: "ready")
        let store = open()
        let jobs = try (0..<200).map {
            try NewJob(
                RequestIX(
                    useCase: "echo", clientID: "c", requestID: "\($0)", fields: JSONDocument(request: #"{"n":1}"#)))
        }
        _ = try await store.perform { try $0.insertPendingBatch(jobs) }
        let isDone = try await eventually(within: .seconds(40)) {
            try await store.perform { try $0.list(JobFilter(statuses: [.done]), after: nil, limit: 500) }.count == 200
        }
        #expect(isDone && attack.isRunning)
        // The server, too, goes on for everyone else.
        let began = ContinuousClock.now
        let answer = try await served.post(
            "/v1/jobs?wait=20s", #"{"use_case":"echo","ix_client_id":"c","request_id":"x"}"#)
        #expect(answer.status == 201 && answer.body.contains(#""status":"done""#), "\(answer)")
        #expect(ContinuousClock.now - began < .seconds(25))
        attack.signal(SIGKILL)
        #expect(!served.process.lines.contains { $0.contains("lease is lost") || $0.contains("fenced") })
        await store.close()
        served.process.signal(SIGTERM)
        #expect(try await served.process.exitStatus(within: .seconds(60)) == .code(0))
    }
}
