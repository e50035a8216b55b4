import IXStore
import IXTelemetry
import NIOHTTP1
import Testing

@testable import IXServer

@Suite(.timeLimit(.minutes(2))) struct MetricsTests {
    @Test func `the metrics have every name of the contract, and count the server's own requests`() async throws {
        try await ServedStore.with { served in
            let token = try await served.token(.metrics)
            #expect(try await served.get("/metrics").status == 401)
            _ = try await served.enqueue("1", served.token(.producer))
            _ = try await served.post("/v1/jobs", served.token(.producer), "{}")
            let reply = try await served.get("/metrics", token)
            #expect(reply.status == 200)
            #expect(reply.headers.first(name: "content-type") == "text/plain; version=0.0.4; charset=utf-8")
            for family in MetricFamily.all { #expect(reply.body.contains("# TYPE \(family.name) ")) }
            let route = #"route="/v1/jobs",method="POST""#
            for line in [
                "ix_http_requests_total{\(route),code=\"201\"} 1", "ix_http_request_seconds_count{\(route)} 2",
                #"ix_http_requests_total{route="/metrics",method="GET",code="401"} 1"#,
                #"ix_http_enqueued_total{result="created"} 1"#, #"ix_http_enqueued_total{result="refused"} 1"#,
                "ix_http_streams 0", "ix_http_waits 0",
            ] { #expect(reply.body.contains(line + "\n"), "\(line)") }
        }
    }

    @Test func `refusals below the routes and malformed traces are counted`() async throws {
        try await ServedStore.with { served in
            let raw = try RawConnection(served.address)
            raw.send("GET /\(String(repeating: "a", count: 9000)) HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(await raw.rest().hasPrefix("HTTP/1.1 414 "))
            raw.end()
            let body = #"{"use_case":"x","ix_client_id":"a","request_id":"1","traceparent":"none"}"#
            #expect(try await served.post("/v1/jobs", served.token(.producer), body).status == 201)
            let text = try await served.get("/metrics", served.token(.metrics)).body
            for line in [
                #"ix_http_rejected_total{reason="uri_too_long"} 1"#,
                #"ix_http_requests_total{route="none",method="any",code="414"} 1"#, "ix_trace_context_ignored_total 1",
            ] { #expect(text.contains(line + "\n"), "\(line)") }
        }
    }

    @Test func `a path of a caller never becomes a label`() async throws {
        try await ServedStore.with { served in
            let token = try await served.token(.metrics)
            for number in 0..<20 { #expect(try await served.get("/none/\(number)", token).status == 404) }
            let text = try await served.get("/metrics", token).body
            #expect(text.contains(#"ix_http_requests_total{route="none",method="any",code="404"} 20"#))
            #expect(!text.contains("/none/"))
        }
    }
}
