import FoundationEssentials
import IXCore
import IXStore
import Testing

@testable import IXServer

/// What a peer may do on the wire, and what becomes of its connection.
@Suite(.timeLimit(.minutes(2))) struct RawTests {
    @Test(arguments: [
        ("GET /livez HTTP/1.1\r\nHost: localhost\r\nHost: other\r\n\r\n", 400), ("GET /livez HTTP/1.1\r\n\r\n", 400),
        ("GET /livez HTTP/1.0\r\nConnection: close\r\n\r\n", 200), ("nonsense\r\n\r\n", 400),
        (
            "POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400
        ),
        ("POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc", 400),
        ("POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n", 400),
        ("GET /livez HTTP/1.1\r\nHost : localhost\r\n\r\n", 400),
        ("GET /\(String(repeating: "a", count: 9000)) HTTP/1.1\r\nHost: localhost\r\n\r\n", 414),
        ("GET /livez HTTP/1.1\r\nHost: localhost\r\nX: \(String(repeating: "a", count: 20_000))\r\n\r\n", 431),
        (
            "GET /livez HTTP/1.1\r\nHost: localhost\r\n"
                + (0..<70).map { "X-\($0): 1\r\n" }.joined() + "\r\n", 431
        ),
    ])
    func `a head that is no request ends its connection`(_ text: String, _ status: Int) async throws {
        try await ServedStore.with { served in
            let raw = try RawConnection(served.address)
            raw.send(text)
            let answer = await raw.rest()
            raw.end()
            #expect(
                answer.hasPrefix("HTTP/1.1 \(status) ") || answer.hasPrefix("HTTP/1.0 \(status) "),
                "\(answer.prefix(200))")
            #expect(try await served.get("/livez").status == 200)
        }
    }

    @Test func `a head, a body and an idle connection have their time`() async throws {
        try await ServedStore.with {
            $0.authentication = .off
            $0.limits.head = .milliseconds(300)
            $0.limits.body = .milliseconds(400)
            $0.limits.bodyWindow = .seconds(1)
            $0.limits.idle = .milliseconds(300)
        } _: { served in
            let head = try RawConnection(served.address)
            head.send("GET /livez HTTP/1.1\r\nHo")
            #expect(await head.rest().hasPrefix("HTTP/1.1 408 "))
            let body = try RawConnection(served.address)
            body.send(
                "POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"
            )
            #expect(await body.rest().hasPrefix("HTTP/1.1 408 "))
            let idle = try RawConnection(served.address)
            #expect(await idle.rest() == "")
            for raw in [head, body, idle] { raw.end() }
        }
    }

    @Test func `a body is asked for by 100-continue, and not where it is refused`() async throws {
        try await ServedStore.with {
            $0.authentication = .off
        } _: { served in
            let body = ServedStore.job("1")
            let head =
                "POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n"
            let taken = try RawConnection(served.address)
            taken.send(head + "Connection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n")
            try await taken.wait(for: "HTTP/1.1 100 Continue\r\n\r\n")
            taken.send(body)
            let answer = await taken.rest()
            #expect(answer.hasPrefix("HTTP/1.1 201 "), "\(answer.prefix(100))")
            let refused = try RawConnection(served.address)
            refused.send(head + "Content-Length: 9999999\r\n\r\n")
            let refusal = await refused.rest()
            #expect(refusal.hasPrefix("HTTP/1.1 413 ") && refusal.lowercased().contains("connection: close"))
            for raw in [taken, refused] { raw.end() }
        }
    }

    @Test func `requests that came together are answered in their order, and a bad one last`() async throws {
        try await ServedStore.with {
            $0.authentication = .off
        } _: { served in
            let id = try await served.enqueue("1", "")
            let raw = try RawConnection(served.address)
            let slow = "GET /v1/jobs/\(id)?wait=0.3s HTTP/1.1\r\nHost: localhost\r\n\r\n"
            let next = "GET /startupz HTTP/1.1\r\nHost: localhost\r\n\r\n"
            raw.send(slow + next + slow + "GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")
            let text = await raw.rest()
            raw.end()
            let statuses = text.components(of: "HTTP/1.1 ").map { $0.prefix(3) }
            #expect(statuses == ["200", "200", "200", "400"], "\(text)")
        }
    }

    @Test func `a reader that takes nothing loses its connection, and others don't wait`() async throws {
        try await ServedStore.with {
            $0.authentication = .off
            $0.limits.reader = .milliseconds(500)
        } _: { served in
            let text = String(repeating: "x", count: 1_000_000)
            let reply = try await served.post(
                "/v1/jobs", nil, #"{"use_case":"a","ix_client_id":"c","request_id":"1","t":"\#(text)"}"#)
            let id = try #require(reply.object()["job_id"]?.string)
            let slow = try RawConnection(served.address)
            slow.send(String(repeating: "GET /v1/jobs/\(id)/request HTTP/1.1\r\nHost: localhost\r\n\r\n", count: 16))
            let began = ContinuousClock.now
            #expect(try await served.get("/livez").status == 200)
            #expect(ContinuousClock.now - began < .seconds(5))
            slow.end()
        }
    }

    @Test func `a connection that is open when the server drains has its first request answered`() async throws {
        try await ServedStore.with {
            $0.limits.farewell = .seconds(40)
        } _: { served in
            let open = try RawConnection(served.address)
            try await served.until { served.server.openConnections == 1 }
            async let drained: Void = served.server.drain(upTo: .seconds(50))
            try await served.until {
                guard let late = try? RawConnection(served.address) else { return true }
                late.end()
                return false
            }
            open.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
            let text = await open.rest()
            #expect(text.hasPrefix("HTTP/1.1 200 ") && text.lowercased().contains("connection: close"), "\(text)")
            open.end()
            await drained
        }
    }

    @Test func `past its connections the server answers for health alone`() async throws {
        try await ServedStore.with {
            $0.authentication = .off
            $0.limits.connections = 6
            $0.limits.reserved = 4
        } _: { served in
            let held = try (0..<2).map { _ in try RawConnection(served.address) }
            // Connections are counted when they are accepted, and the server has accepted those that it answers.
            for raw in held { raw.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n") }
            var last = ""
            for _ in 0..<50 where !last.contains("503") {
                let raw = try RawConnection(served.address)
                raw.send("GET /v1/stats HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                last = await raw.rest()
                raw.end()
            }
            #expect(last.hasPrefix("HTTP/1.1 503 ") && last.contains("overloaded"), "\(last.prefix(100))")
            let health = try RawConnection(served.address)
            health.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(await health.rest().hasPrefix("HTTP/1.1 200 "))
            for raw in held + [health] { raw.end() }
        }
    }
}

extension String {
    /// The parts that begin with `mark`, without it.
    fileprivate func components(of mark: String) -> [Substring] {
        var parts: [Substring] = []
        var rest = self[...]
        while let start = rest.firstRange(of: mark) {
            rest = rest[start.upperBound...]
            parts.append(rest)
        }
        return parts
    }
}
