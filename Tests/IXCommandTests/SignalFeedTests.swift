import Dispatch
import Glibc
import Testing

@testable import IXCommand

@Suite(.timeLimit(.minutes(1))) struct SignalFeedTests {
    @Test func `every signal after the start of the feed arrives, the first one too`() async {
        let (numbers, arrivals) = AsyncStream.makeStream(of: Int32.self)
        let feed = SignalFeed([SIGUSR1, SIGUSR2], on: DispatchQueue(label: "feed")) { arrivals.yield($0) }
        var heard = numbers.makeAsyncIterator()
        for round in 0..<200 {
            let number = round.isMultiple(of: 2) ? SIGUSR1 : SIGUSR2
            kill(getpid(), number)
            #expect(await heard.next() == number)
        }
        withExtendedLifetime(feed) {}
    }
}
