import FoundationEssentials
import IXCore
import IXRepresentation
import IXStore
import Testing

@testable import IXServer

/// Streams with readers that are slow, come back, or only listen.
@Suite(.timeLimit(.minutes(2))) struct StreamTests {
    @Test func `a backlog keeps sixteen events, and counts what a slower reader misses`() {
        var backlog = EventBacklog<Int>()
        #expect(backlog.read(after: 0).events.isEmpty)
        for value in 1...16 { backlog.append(value * 10) }
        let whole = backlog.read(after: 0)
        #expect(whole.missed == 0 && whole.events.map(\.value) == (1...16).map { $0 * 10 })
        #expect(backlog.read(after: 14).events.map(\.number) == [15, 16])
        backlog.append(170)
        let late = backlog.read(after: 0)
        #expect(late.missed == 16 && late.events.map(\.value) == [170] && late.events.map(\.number) == [17])
        #expect(backlog.read(after: 1).events.count == 16 && backlog.read(after: 17).events.isEmpty)
    }

    @Test func `a reader that takes nothing for a while gets a gap, and then the present state`() async throws {
        try await ServedStore.with {
            $0.authentication = .off
            $0.limits.look = .milliseconds(10)
            $0.limits.reader = .seconds(300)
            $0.limits.sendBuffer = 16 << 10
        } _: { served in
            // Some use cases make an event larger than the connection's buffers.
            let jobs = try (0..<200).map { number in
                let name = "u\(number)" + String(repeating: "x", count: 200)
                return try NewJob(RequestIX(JSONDocument(request: ServedStore.job("\(number)", useCase: name))))
            }
            _ = try await served.store.perform { try $0.insertPendingBatch(jobs) }
            let slow = try RawConnection(served.address, receiveBuffer: 4096)
            let quick = try RawConnection(served.address)
            for raw in [slow, quick] { raw.send("GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n") }
            try await slow.wait(for: "event: stats")
            var told = try await quick.read(to: Self.count(200))
            for number in 1...32 {
                _ = try await served.enqueue("late-\(number)", "")
                told += try await quick.read(to: Self.count(200 + number))
            }
            let said = try await slow.read(to: Self.count(232))
            #expect(said.contains("event: gap\ndata: {\"missed\":") && !said.contains(Self.count(231)))
            #expect(!told.contains("event: gap"))
            async let rest = slow.rest()
            // The slow stream ends behind the moment at which its connection hears that the server drains.
            let start = ContinuousClock.now
            await served.server.drain(upTo: .seconds(50))
            #expect(await rest.contains("event: bye"))
            #expect(ContinuousClock.now - start < .seconds(40))
            for raw in [slow, quick] { raw.end() }
        }
    }

    @Test func `a reader that comes back goes on behind its last event`() async throws {
        try await ServedStore.with {
            $0.authentication = .off
            $0.limits.look = .milliseconds(20)
        } _: { served in
            // This stream keeps the server looking while the other reader is away.
            let other = try RawConnection(served.address)
            other.send("GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
            try await other.wait(for: Self.count(0))
            let first = try RawConnection(served.address)
            first.send("GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
            let begun = try await first.read(to: Self.count(0))
            first.end()
            let id = try #require(Self.ids(in: begun).last)
            for number in 1...3 {
                _ = try await served.enqueue("\(number)", "")
                try await other.wait(for: Self.count(number))
            }
            let again = try RawConnection(served.address)
            again.send("GET /v1/events HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: \(id)\r\n\r\n")
            let text = try await again.read(to: Self.count(3))
            #expect(text.contains(Self.count(1)) && text.contains(Self.count(2)) && !text.contains(Self.count(0)))
            // A look at the very moment of an insert counts the job as scheduled, which makes one event more.
            #expect(!text.contains("event: gap") && Self.ids(in: text).count >= 3, "\(text)")
            let stranger = try RawConnection(served.address)
            stranger.send("GET /v1/events HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: elsewhere-7\r\n\r\n")
            let lost = try await stranger.read(to: Self.count(3))
            #expect(lost.contains("event: gap\ndata: {\"missed\":null}") && Self.ids(in: lost).count == 1)
            for raw in [other, again, stranger] { raw.end() }
        }
    }

    @Test func `a stream without events writes comments, and says when to connect again`() async throws {
        try await ServedStore.with {
            $0.authentication = .off
            $0.limits.heartbeat = .milliseconds(50)
        } _: { served in
            let id = try await served.enqueue("1", "")
            var pauses: Set<Int> = []
            for path in ["/v1/events", "/v1/jobs/\(id)/events", "/v1/events", "/v1/events"] {
                let raw = try RawConnection(served.address)
                raw.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
                let text = try await raw.read(to: ": \n")
                raw.end()
                let retry = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix("retry: ") }
                pauses.insert(try #require(retry.flatMap { Int($0.dropFirst("retry: ".count)) }))
            }
            #expect(pauses.allSatisfy { (1500...2500).contains($0) } && pauses.count > 1)
        }
    }

    @Test(arguments: ServedStore.Kind.allCases)
    func `a server that stops says goodbye to each stream of a job`(_ kind: ServedStore.Kind) async throws {
        try await ServedStore.with(kind) {
            $0.authentication = .off
        } _: { served in
            let id = try await served.enqueue("1", "")
            let raw = try RawConnection(served.address)
            raw.send("GET /v1/jobs/\(id)/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
            try await raw.wait(for: "event: status")
            async let rest = raw.rest()
            await served.server.drain(upTo: .seconds(5))
            #expect(await rest.contains("event: bye"))
            raw.end()
        }
    }

    @Test(arguments: ServedStore.Kind.allCases)
    func `a revoked token ends the streams that it has opened`(_ kind: ServedStore.Kind) async throws {
        try await ServedStore.with(kind) { served in
            let (token, other) = (try await served.token(.reader), try await served.token(.reader))
            let id = try await served.enqueue("1", try await served.token(.producer))
            var streams: [RawConnection] = []
            for (path, bearer) in [("/v1/events", token), ("/v1/jobs/\(id)/events", token), ("/v1/events", other)] {
                let raw = try RawConnection(served.address)
                raw.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(bearer)\r\n\r\n")
                try await raw.wait(for: path == "/v1/events" ? "event: stats" : "event: status")
                streams.append(raw)
            }
            let tokenID = try #require(TokenSecret(token)?.id)
            _ = try await served.store.perform { try $0.endToken(tokenID, at: nil, successor: nil) }
            let revoked = ContinuousClock.now
            for raw in streams.prefix(2) { try await raw.wait(for: "event: bye") }
            #expect(ContinuousClock.now - revoked < .seconds(15))
            _ = try await served.enqueue("2", try await served.token(.producer))
            let rest = try await streams[2].read(to: Self.count(2))
            #expect(!rest.contains("event: bye"))
            for raw in streams { raw.end() }
        }
    }

    /// The beginning of the event that tells so many waiting jobs.
    private static func count(_ jobs: Int) -> String { "store\",\"pending\":\(jobs)," }

    private static func ids(in text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("id: ") }.map { String($0.dropFirst(4)) }
    }
}
