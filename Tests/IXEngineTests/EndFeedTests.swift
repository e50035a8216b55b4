import FoundationEssentials
import IXCore
import IXStore
import Testing

@testable import IXEngine

/// The stream of ends.
@Suite(.timeLimit(.minutes(1))) struct EndFeedTests {
    private static func end(_ attempt: Int) -> JobEnd {
        JobEnd(jobID: .random(), status: .done, errorCode: nil, attempt: attempt)
    }

    private static func attempts(_ stream: AsyncStream<JobEnd>) async -> [Int] {
        var all: [Int] = []
        for await end in stream { all.append(end.attempt) }
        return all
    }

    @Test func `without a subscriber no end is made`() async {
        let feed = EndFeed()
        var made = 0
        let make = { () -> JobEnd in
            made += 1
            return Self.end(1)
        }
        feed.send(make())
        #expect(made == 0)
        let stream = feed.subscribe()
        feed.send(make())
        #expect(made == 1)
        feed.finish()
        let heard = await Self.attempts(stream)
        #expect(heard == [1])
        feed.send(make())
        #expect(made == 1)
    }

    @Test func `each subscriber gets every end in its order`() async {
        let feed = EndFeed()
        let streams = [feed.subscribe(), feed.subscribe()]
        for attempt in 1...3 { feed.send(Self.end(attempt)) }
        feed.finish()
        for stream in streams {
            let heard = await Self.attempts(stream)
            #expect(heard == [1, 2, 3])
        }
    }

    @Test func `of a subscriber that is behind the oldest ends are dropped`() async {
        let feed = EndFeed()
        let stream = feed.subscribe()
        for attempt in 1...1_500 { feed.send(Self.end(attempt)) }
        feed.finish()
        let heard = await Self.attempts(stream)
        #expect(heard == Array(501...1_500))
    }

    @Test func `a subscriber after the drain has nothing to wait for`() async {
        let feed = EndFeed()
        feed.finish()
        let heard = await Self.attempts(feed.subscribe())
        #expect(heard.isEmpty)
    }
}
