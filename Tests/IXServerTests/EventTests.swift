import FoundationEssentials
import IXCore
import IXStore
import NIOHTTP1
import Testing

@testable import IXServer

@Suite(.timeLimit(.minutes(2))) struct EventTests {
    @Test(arguments: ServedStore.Kind.allCases)
    func `a stream tells a job's life and ends with the job`(_ kind: ServedStore.Kind) async throws {
        try await ServedStore.with(kind) {
            $0.authentication = .off
        } _: { served in
            let id = try await served.enqueue("1", "")
            let raw = try RawConnection(served.address)
            raw.send("GET /v1/jobs/\(id)/events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            async let rest = raw.rest()
            // The cancel comes after the first look of the stream, or before; the end is told in both cases.
            #expect(try await served.post("/v1/jobs/\(id)/cancel").status == 200)
            let text = await rest
            raw.end()
            #expect(
                text.contains("content-type: text/event-stream") || text.contains("Content-Type: text/event-stream"))
            #expect(text.contains("retry: ") && text.contains("event: end\ndata: {"), "\(text)")
            let tag = try #require(text.split(whereSeparator: \.isNewline).last { $0.hasPrefix("id: ") }?.dropFirst(4))
            let again = try RawConnection(served.address)
            again.send(
                "GET /v1/jobs/\(id)/events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nLast-Event-ID: \(tag)\r\n\r\n"
            )
            let nothing = await again.rest()
            again.end()
            #expect(!nothing.contains("event: end"), "\(nothing)")
        }
    }

    @Test func `the queue's stream tells counts, and says goodbye when the server stops`() async throws {
        try await ServedStore.with {
            $0.authentication = .off
        } _: { served in
            _ = try await served.enqueue("1", "")
            let raw = try RawConnection(served.address)
            raw.send("GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
            try await raw.wait(for: "event: stats")
            async let rest = raw.rest()
            await served.server.drain(upTo: .seconds(5))
            let text = await rest
            raw.end()
            #expect(text.contains("event: bye"), "\(text)")
        }
    }

    @Test(arguments: ServedStore.Kind.allCases)
    func `an ended job is erased, and a live one stays`(_ kind: ServedStore.Kind) async throws {
        try await ServedStore.with(kind) {
            $0.authentication = .off
        } _: { served in
            let id = try await served.enqueue("1", "")
            #expect(try await served.send(.DELETE, "/v1/jobs/\(id)", nil, [], nil).problem == "not_ended")
            #expect(try await served.post("/v1/jobs/\(id)/cancel").status == 200)
            #expect(try await served.send(.DELETE, "/v1/jobs/\(id)", nil, [], nil).status == 204)
            #expect(try await served.get("/v1/jobs/\(id)").status == 404)
            #expect(try await served.send(.DELETE, "/v1/jobs/\(id)", nil, [], nil).status == 404)
        }
    }
}
