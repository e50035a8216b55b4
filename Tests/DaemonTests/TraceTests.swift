import FoundationEssentials
import Glibc
import IXCore
import IXTestSupport
import Testing

/// The way of a caller's trace: through every start of the job to the callback.
@Suite(.timeLimit(.minutes(2))) struct TraceTests {
    @Test func `on the file one trace leads over two starts to the callback`() async throws {
        try await TestFile.with { file in try await follow(file.path) }
    }

    @Test(.needsPostgres) func `on PostgreSQL one trace leads over two starts to the callback`() async throws {
        try await TestDatabase.with { db in try await follow(db.url) }
    }

    private func follow(_ url: String) async throws {
        let receiver = try await TestReceiver.start()
        defer { receiver.stop() }
        let seen = try Scratch.directory() + "/seen"
        let script = "echo $TRACEPARENT $TRACESTATE >> \(seen); test $IX_ATTEMPT = 2 || exit 75; echo {}"
        let daemon = try await ServedAddress.running(
            url,
            toml: """
                [pipelines.twice]
                kind = "exec"
                command = ["/bin/sh", "-c", "\(script)"]

                """)
        let caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        let line =
            #"{"use_case":"twice","ix_client_id":"shop","request_id":"1","callback_url":"\#(receiver.url)/a","#
            + #""traceparent":"\#(caller)","tracestate":"vendor=1,b=2"}"#
        #expect(try await daemon.post("/v1/jobs", line).status == 201)
        let post = try await receiver.wait(for: 1)[0]
        let lines = try String(contentsOfFile: seen, encoding: .utf8).split(separator: "\n").map {
            $0.split(separator: " ")
        }
        #expect(lines.allSatisfy { $0.last == "vendor=1,b=2" } && post.header("tracestate") == "vendor=1,b=2")
        let starts = lines.compactMap(\.first).map(String.init)
        #expect(starts.count == 2 && Set(starts).count == 2)
        let trace = "00-0af7651916cd43dd8448eb211c80319c-"
        #expect(starts.allSatisfy { $0.hasPrefix(trace) && $0.hasSuffix("-01") && $0 != caller })
        #expect(post.header("traceparent") == starts.last)
        daemon.process.signal(SIGTERM)
        #expect(try await daemon.process.exitStatus() == .code(0))
    }

    @Test func `a collector gets one trace, from the request over both starts to the callback`() async throws {
        try await TestFile.with { file in
            let (collector, receiver) = (try await TestReceiver.behaving(), try await TestReceiver.start())
            defer {
                collector.stop()
                receiver.stop()
            }
            let daemon = try await ServedAddress.running(
                file.path,
                toml: """
                    [traces]
                    endpoint = "\(collector.url)/ok"
                    [pipelines.twice]
                    kind = "exec"
                    command = ["/bin/sh", "-c", "test $IX_ATTEMPT = 2 || exit 75; echo {}"]

                    """)
            let line =
                #"{"use_case":"twice","ix_client_id":"shop","request_id":"1","callback_url":"\#(receiver.url)/a","#
                + #""traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}"#
            #expect(try await daemon.post("/v1/jobs", line).status == 201)
            let post = try await receiver.wait(for: 1)[0]
            daemon.process.signal(SIGTERM)
            #expect(try await daemon.process.exitStatus() == .code(0))
            let spans = try collector.posts().flatMap { try Self.spans($0.body) }
            #expect(spans.allSatisfy { $0["traceId"]?.string == "0af7651916cd43dd8448eb211c80319c" })
            let starts = spans.filter { $0["name"]?.string == "process twice" }
            let request = try #require(spans.first { $0["name"]?.string == "POST /v1/jobs" })
            #expect(request["parentSpanId"]?.string == "b7ad6b7169203331" && request["kind"]?.text == "2")
            let send = try #require(spans.first { $0["name"]?.string == "send twice" })
            let creation = try #require(send["spanId"]?.string)
            #expect(send["parentSpanId"]?.string == request["spanId"]?.string && send["kind"]?.text == "4")
            #expect(starts.count == 2 && starts.allSatisfy { $0["parentSpanId"]?.string == creation })
            #expect(starts.allSatisfy { $0["links"]?.text.contains(creation) == true })
            for name in ["run twice", "settle twice"] {
                let parents = spans.filter { $0["name"]?.string == name }.map { $0["parentSpanId"]?.string }
                #expect(Set(parents) == Set(starts.map { $0["spanId"]?.string }), "\(name)")
            }
            let callback = try #require(spans.first { $0["name"]?.string == "callback" })
            #expect(callback["parentSpanId"]?.string == starts.last?["spanId"]?.string)
            let carried = "00-0af7651916cd43dd8448eb211c80319c-\(callback["spanId"]?.string ?? "")-01"
            #expect(post.header("traceparent") == carried)
            #expect(Set(spans.compactMap { $0["spanId"]?.string }).count == spans.count)
        }
    }

    @Test func `a collector that is away delays no stop`() async throws {
        try await TestFile.with { file in
            let daemon = try await ServedAddress.running(
                file.path, toml: "[traces]\nendpoint = \"http://127.0.0.1:9\"\nratio = \"1\"\n")
            let body = #"{"use_case":"echo","ix_client_id":"shop","request_id":"1"}"#
            #expect(try await daemon.post("/v1/jobs?wait=20s", body).status == 201)
            daemon.process.signal(SIGTERM)
            #expect(try await daemon.process.exitStatus(within: .seconds(20)) == .code(0))
        }
    }

    /// The spans of a body of the protocol.
    static func spans(_ body: String) throws -> [JSONDocument] {
        let groups = try JSONDocument(response: body)["resourceSpans"]?.elements ?? []
        return groups.flatMap { $0.object?["scopeSpans"]?.elements ?? [] }
            .flatMap { $0.object?["spans"]?.elements ?? [] }.compactMap(\.object)
    }
}
