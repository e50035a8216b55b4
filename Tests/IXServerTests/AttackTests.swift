import FoundationEssentials
import IXCore
import IXStore
import Testing

@testable import IXServer

/// Requests that mean one thing to a proxy and another to a server, and peers that hold on to what they have.
@Suite(.timeLimit(.minutes(2))) struct AttackTests {
    private static let head = "POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    private static let inner = "GET /startupz HTTP/1.1\r\nHost: localhost\r\n\r\n"

    @Test(arguments: [
        head + "Content-Length: 0\r\nContent-Length: \(inner.utf8.count)\r\n\r\n" + inner,
        head + "Content-Length: 0, \(inner.utf8.count)\r\n\r\n" + inner,
        head + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + inner,
        head + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + inner,
        head + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + inner,
        head + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + inner,
        head + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + inner,
        head + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + inner,
        head + "Content-Length: +5\r\n\r\nhello" + inner, head + "Content-Length: 0x5\r\n\r\nhello" + inner,
        head + "Content-Length: -1\r\n\r\n" + inner, head + "Content-Length: 99999999999999999999\r\n\r\n" + inner,
        head + "Transfer-Encoding: chunked\r\n\r\n5 \r\nhello\r\n0\r\n\r\n" + inner,
        head + "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n" + inner,
        head + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello!\r\n0\r\n\r\n" + inner,
        "GET /livez HTTP/1.1\nHost: localhost\n\n" + inner,
        "GET /livez HTTP/1.1\r\nHost: localhost\nX: 1\r\n\r\n" + inner,
        "GET /livez HTTP/1.1\r\nHost: localhost\r\nX: a\r\n folded\r\n\r\n" + inner,
        "GET /livez HTTP/1.1\r\nHost: localhost\r\n\tX: a\r\n\r\n" + inner,
        "GET /livez HTTP/1.1\r\nHost: localhost\r\nX: a\u{0}b\r\n\r\n" + inner,
        "GET /livez HTTP/1.1\r\nHost: localhost\r\nX: a\rb\r\n\r\n" + inner,
        "GET /livez\r\n\r\n" + inner,
        "GET /livez HTTP/2.0\r\nHost: localhost\r\n\r\n" + inner,
    ])
    func `an ambiguous request is refused, and nothing behind it is a request`(_ text: String) async throws {
        try await ServedStore.with {
            $0.authentication = .off
        } _: { served in
            let raw = try RawConnection(served.address)
            raw.send(text)
            let answer = await raw.rest()
            raw.end()
            #expect(answer.hasPrefix("HTTP/1.1 400 ") && answer.lowercased().contains("connection: close"), "\(answer)")
            #expect(answer.split(separator: "HTTP/1.1 ").count == 1 && !answer.contains("200 OK"), "\(answer)")
        }
    }

    @Test func `after a refused body the rest is no request`() async throws {
        try await ServedStore.with {
            $0.authentication = .off
        } _: { served in
            let raw = try RawConnection(served.address)
            raw.send(Self.head + "Content-Length: 9999999\r\n\r\n" + Self.inner)
            let answer = await raw.rest()
            raw.end()
            #expect(answer.hasPrefix("HTTP/1.1 413 ") && answer.lowercased().contains("connection: close"))
            #expect(answer.split(separator: "HTTP/1.1 ").count == 1)
        }
    }

    @Test func `a body below its rate is cut off, in a batch too, and what was committed stays`() async throws {
        try await ServedStore.with {
            $0.authentication = .off
            $0.limits.bodyWindow = .seconds(15)
        } _: { served in
            let raw = try RawConnection(served.address)
            let line = ServedStore.job("1") + "\n"
            raw.send(
                "POST /v1/jobs/batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n\(String(line.utf8.count, radix: 16))\r\n\(line)\r\n")
            try await raw.wait(for: "\"duplicate\":false")
            let rest = await raw.rest()
            raw.end()
            #expect(!rest.contains("\"end\""), "\(rest)")
            let found = try await served.store.perform { try $0.getByCorrelation(clientID: "shop", requestID: "1") }
            #expect(found != nil)
        }
    }

    @Test func `a reader that takes nothing is let go of`() async throws {
        try await ServedStore.with {
            $0.authentication = .off
            $0.limits.reader = .milliseconds(300)
        } _: { served in
            let text = String(repeating: "x", count: 1_000_000)
            let reply = try await served.post(
                "/v1/jobs", nil, #"{"use_case":"a","ix_client_id":"c","request_id":"1","t":"\#(text)"}"#)
            let id = try #require(reply.object()["job_id"]?.string)
            let before = served.server.openConnections
            let slow = try RawConnection(served.address, receiveBuffer: 4096)
            let request = "GET /v1/jobs/\(id)/request HTTP/1.1\r\nHost: localhost\r\n\r\n"
            slow.send(String(repeating: request, count: 12))
            try await served.until { served.server.openConnections > before }
            // The server ends the connection while answers are due, so the whole never comes.
            try await served.until { served.server.openConnections <= before }
            let rest = await slow.rest()
            slow.end()
            #expect(rest.utf8.count < 12_000_000)
            #expect(try await served.get("/livez").status == 200)
        }
    }

    @Test func `slow heads take no more than their connections, and go after their time`() async throws {
        try await ServedStore.with {
            $0.authentication = .off
            $0.limits.head = .milliseconds(700)
        } _: { served in
            let slow = try (0..<200).map { _ in try RawConnection(served.address) }
            for raw in slow { raw.send("GET /livez HTTP/1.1\r\nX-Slow: ") }
            let id = try await served.enqueue("1", "")
            #expect(try await served.get("/v1/jobs/\(id)").status == 200)
            for raw in slow {
                #expect(await raw.rest().hasPrefix("HTTP/1.1 408 "))
                raw.end()
            }
        }
    }
}
