import IXStore
import Testing

/// The streams of a notifier.
@Suite(.timeLimit(.minutes(1))) struct NotificationFeedTests {
    private static func collect(_ stream: AsyncStream<JobNotification>) async -> [JobNotification] {
        var all: [JobNotification] = []
        for await notification in stream { all.append(notification) }
        return all
    }

    @Test func `every subscriber gets what is sent after it subscribed`() async {
        let feed = NotificationFeed()
        feed.send(.cancels)
        let streams = [feed.subscribe(), feed.subscribe()]
        feed.send(.callbacks)
        feed.finish()
        for stream in streams {
            let all = await Self.collect(stream)
            #expect(all == [.callbacks])
        }
    }

    @Test func `what waits is merged, one of each kind, and no job is forgotten`() async {
        let feed = NotificationFeed()
        let stream = feed.subscribe()
        for count in 1...1_000 {
            feed.send(.jobs(count))
            feed.send(.cancels)
            feed.send(.followUp)
            feed.send(.callbacks)
        }
        feed.finish()
        let all = await Self.collect(stream)
        #expect(all == [.jobs(500_500), .followUp, .cancels, .callbacks])
    }

    @Test func `a waiting consumer is woken, and a cancelled one goes on`() async {
        let feed = NotificationFeed()
        let (one, other) = (feed.subscribe(), feed.subscribe())
        let waiting = Task { await one.first { _ in true } }
        let cancelled = Task { await Self.collect(other) }
        cancelled.cancel()
        let nothing = await cancelled.value
        feed.send(.jobs(0))
        let heard = await waiting.value
        #expect(nothing.isEmpty && heard == .jobs(0))
    }

    @Test func `a stream after the end is over at once`() async {
        let feed = NotificationFeed()
        feed.finish()
        feed.send(.cancels)
        let all = await Self.collect(feed.subscribe())
        #expect(all.isEmpty)
    }
}
