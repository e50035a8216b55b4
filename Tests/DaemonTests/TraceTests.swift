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

    @Test func `a resubmitted job's span links to the last start of the job that it repeats`() async throws {
        try await TestFile.with { file in
            let collector = try await TestReceiver.behaving()
            defer { collector.stop() }
            let daemon = try await ServedAddress.running(
                file.path,
                toml: """
                    [traces]
                    endpoint = "\(collector.url)/ok"
                    ratio = "1"
                    [pipelines.breaks]
                    kind = "exec"
                    command = ["/bin/sh", "-c", "exit 1"]

                    """)
            let line =
                #"{"use_case":"breaks","ix_client_id":"shop","request_id":"1","#
                + #""traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}"#
            let first = try await daemon.post("/v1/jobs?wait=20s", line)
            let old = try #require(try JSONDocument(response: first.body)["job_id"]?.string)
            let again = try await daemon.post("/v1/jobs/\(old)/resubmit", "{}")
            #expect(again.status == 201, "\(again.body)")
            let new = try #require(try JSONDocument(response: again.body)["new_job_id"]?.string)
            #expect(try await daemon.get("/v1/jobs/\(new)?wait=20s").body.contains(#""status":"error""#))
            daemon.process.signal(SIGTERM)
            #expect(try await daemon.process.exitStatus() == .code(0))
            let starts = try collector.posts().flatMap { try Self.spans($0.body) }
                .filter { $0["name"]?.string == "process breaks" }
            let own = new.filter { $0 != "-" }
            let before = try #require(starts.first { $0["traceId"]?.string != own })
            let after = try #require(starts.first { $0["traceId"]?.string == own })
            let link =
                #"[{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"\#(before["spanId"]?.string ?? "")"}]"#
            #expect(after["links"]?.text == link && after["parentSpanId"] == nil)
            #expect(
                after["attributes"]?.text.contains(#""ix.resubmitted_from","value":{"stringValue":"\#(old)""#) == true)
            #expect(before["attributes"]?.text.contains("resubmitted") == false)
        }
    }

    @Test func `a service's call is a client's span below the run, with the status and without secrets`() async throws {
        try await TestFile.with { file in
            let (collector, service) = (try await TestReceiver.behaving(), try await TestReceiver.behaving())
            defer {
                collector.stop()
                service.stop()
            }
            let daemon = try await ServedAddress.running(
                file.path,
                toml: """
                    [traces]
                    endpoint = "\(collector.url)/ok"
                    ratio = "1"
                    [pipelines.broken]
                    kind = "http"
                    url = "\(service.url)/status/500/x?key=s3cr3t"
                    [pipelines.away]
                    kind = "http"
                    url = "http://127.0.0.1:9/s3cr3t"

                    """)
            let line = #"{"use_case":"broken","ix_client_id":"shop","request_id":"1","max_attempts":1}"#
            #expect(try await daemon.post("/v1/jobs?wait=20s", line).body.contains(#""status":"error""#))
            let away = line.replacing("broken", with: "away").replacing("\"1\"", with: "\"2\"")
            let inserted = try await daemon.post("/v1/jobs", away)
            let id = try #require(try JSONDocument(response: inserted.body)["job_id"]?.string)
            let isBack = try await eventually(within: .seconds(30)) {
                try await daemon.get("/v1/jobs/\(id)").body.contains(#""attempts":1"#)
            }
            #expect(isBack)
            daemon.process.signal(SIGTERM)
            #expect(try await daemon.process.exitStatus() == .code(0))
            let spans = try collector.posts().flatMap { try Self.spans($0.body) }
            let named = { (name: String) in spans.filter { $0["name"]?.string == name } }
            let answered = named("POST").filter { $0["attributes"]?.text.contains("status_code") == true }
            let call = try #require(answered.first)
            #expect(answered.count == 1 && call["kind"]?.text == "3")
            #expect(call["parentSpanId"]?.string == named("run broken").first?["spanId"]?.string)
            let attributes = call["attributes"]?.text ?? ""
            #expect(attributes.contains(#""stringValue":"127.0.0.1""#) && attributes.contains(#""intValue":"500""#))
            #expect(call["status"]?.text.contains("2") == true)
            let unreached = try #require(
                named("POST").first { $0["parentSpanId"] == named("run away").first?["spanId"] })
            #expect(unreached["attributes"]?.text.contains("pipeline_unavailable") == true)
            #expect(spans.allSatisfy { !$0.text.contains("s3cr3t") })
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
