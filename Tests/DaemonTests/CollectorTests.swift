import FoundationEssentials
import Glibc
import IXCore
import IXTestSupport
import Testing

/// A collector of traces that misbehaves, and the spans of a pipeline's own code.
@Suite(.serialized, .timeLimit(.minutes(8))) struct CollectorTests {
    /// The collector's behaviour, by its path; nil for one that is away.
    private static let behaviours: [String?] = [nil, "/hang", "/status/500"]

    @Test(arguments: behaviours)
    func `a collector that is away, silent or broken slows no job, and its spans take bounded memory`(
        _ path: String?
    ) async throws {
        let collector = try await TestReceiver.behaving()
        defer { collector.stop() }
        let endpoint = path.map { collector.url + $0 } ?? "http://127.0.0.1:9"
        let without = try await Self.drain("")
        let with = try await Self.drain("[traces]\nendpoint = \"\(endpoint)\"\nratio = \"1\"\n")
        #expect(with.time < without.time * 3 + .seconds(3), "\(with.time) in place of \(without.time)")
        #expect(with.memory < without.memory + 48 << 20, "\(with.memory) in place of \(without.memory) bytes")
        // Three spans a job: 2,048 wait, a batch may be under way, those of the last jobs may come behind the look at the
        // counts, and the others are dropped.
        #expect(with.dropped >= Self.jobs * 3 - 2048 - 512 - 100, "\(with.dropped) dropped")
        #expect(without.dropped == 0)
    }

    private static let jobs = 1200

    private struct Drain {
        let time: Duration
        let memory: Int
        let dropped: Int
    }

    /// Runs jobs through a daemon, and looks at its metrics afterwards. The daemon must stop in time.
    private static func drain(_ toml: String) async throws -> Drain {
        try await TestFile.with { file in
            let daemon = try await ServedAddress.running(file.path, toml: toml)
            let start = ContinuousClock.now
            let lines = (0..<jobs).map { #"{"use_case":"echo","ix_client_id":"shop","request_id":"\#($0)"}"# }
            let body = lines.joined(separator: "\n")
            let reply = try await daemon.post("/v1/jobs/batch", body, type: "application/x-ndjson")
            #expect(reply.status == 200)
            var metrics = ""
            let isDone = try await eventually(within: .seconds(150)) {
                metrics = try await daemon.get("/metrics").body
                return value(#"ix_jobs_ended_total{use_case="echo",status="done"}"#, metrics) == jobs
            }
            let time = ContinuousClock.now - start
            #expect(isDone)
            daemon.process.signal(SIGTERM)
            #expect(try await daemon.process.exitStatus(within: .seconds(20)) == .code(0))
            return Drain(
                time: time, memory: value("process_resident_memory_bytes", metrics),
                dropped: value(#"ix_trace_spans_total{result="dropped"}"#, metrics))
        }
    }

    private static func value(_ series: String, _ metrics: String) -> Int {
        let line = metrics.split(separator: "\n").first { $0.hasPrefix(series + " ") }
        return line.flatMap { $0.split(separator: " ").last.flatMap { Int($0) } } ?? 0
    }

    @Test func `spans of a Swift pipeline's own code join the job's trace`() async throws {
        try await TestFile.with { file in
            let collector = try await TestReceiver.behaving()
            defer { collector.stop() }
            let daemon = try await TestDaemon.ready(
                file.path, program: "ix-author",
                set: ["traces.endpoint=\(collector.url)/ok", "traces.ratio=1"])
            let trace = "0af7651916cd43dd8448eb211c80319c"
            let ran = try await TestCtl.run(
                file.path,
                [
                    "enqueue", "traced", "--wait", "--traceparent", "00-\(trace)-b7ad6b7169203331-01", "--tracestate",
                    "v=1",
                ])
            #expect(ran.exit == .code(0), "\(ran.text)")
            #expect(try await daemon.terminate() == .code(0))
            let spans = try collector.posts().flatMap { try TraceTests.spans($0.body) }
            let named = { (name: String) in spans.first { $0["name"]?.string == name } }
            let (start, own) = (try #require(named("process traced")), try #require(named("own work")))
            let inner = try #require(named("inner"))
            #expect(own["parentSpanId"]?.string == start["spanId"]?.string && own["kind"]?.text == "3")
            #expect(inner["parentSpanId"]?.string == own["spanId"]?.string && inner["kind"]?.text == "1")
            #expect(spans.allSatisfy { $0["traceId"]?.string == trace && $0["traceState"]?.string == "v=1" })
            #expect(own["attributes"]?.text.contains("pages") == true)
            #expect(own["attributes"]?.text.contains("secret") == false)
            #expect(
                inner["status"]?.text.contains("2") == true && inner["attributes"]?.text.contains("secret") == false)
        }
    }
}
