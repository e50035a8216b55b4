import IXConcurrency
import IXStore
import IXTestSupport
import Logging
import Synchronization
import Testing

@testable import IXEngine

/// The daemons of a store take turns at what any of them does for all.
@Suite(.timeLimit(.minutes(1)))
struct SharedDutyTests {
    @Test(arguments: [2, 3, 20])
    func `of daemons that were started together exactly one has the turn after each wait`(_ count: Int) {
        let daemons = (0..<count).map { (turns: SharedTurns(), place: Neighbours(count: count, rank: $0)) }
        var turns = Array(repeating: 0, count: count)
        for _ in 0..<count * 3 {
            let next = daemons.indices.filter { daemons[$0].turns.isNext(after: .zero, among: daemons[$0].place) }
            #expect(next.count == 1)
            for one in next { turns[one] += 1 }
        }
        #expect(turns == Array(repeating: 3, count: count))
    }

    @Test func `a daemon alone has every turn, and the first wait after its neighbours are gone is its own`() {
        let turns = SharedTurns()
        #expect((0..<5).allSatisfy { _ in turns.isNext(after: .zero, among: Neighbours()) })
        let isNext = (0..<6).map { _ in turns.isNext(after: .zero, among: Neighbours(count: 100, rank: 1)) }
        #expect(!isNext.contains(true))
        #expect(turns.isNext(after: .zero, among: Neighbours()))
    }

    @Test(arguments: [2, 3, 5, 6, 20])
    func `however many daemons lack the duty, a daemon leaves out fewer than five intervals, or than there are daemons`(
        _ count: Int
    ) {
        var random = SeededGenerator(seed: UInt64(count))
        let (interval, hours) = (Duration.seconds(60), Duration.seconds(10 * 3600))
        let longest = interval * min(count, 5)
        var rounds = 0
        for rank in 0..<count {
            let (turns, place) = (SharedTurns(), Neighbours(count: count, rank: rank))
            var (time, lastEnd) = (Duration.zero, Duration.zero)
            while time < hours {
                time += interval * Double.random(in: 0.9...1, using: &random)
                guard turns.isNext(after: time - lastEnd, among: place) else { continue }
                #expect(time - lastEnd <= longest)
                (rounds, lastEnd) = (rounds + 1, time)
            }
        }
        // Daemons by themselves would do 60 an hour each. Of 20 daemons five do the duty in an interval at most.
        #expect(rounds <= 10 * 60 * 5)
    }

    @Test func `among neighbours a round comes when asked for, and again when it failed, and not by the interval`()
        async
    {
        let duty = CountedDuty(interval: .seconds(1), failures: 1)
        // The first of a million waits is the turn of the daemon with rank 0.
        let loop = Self.loop(duty, Neighbours(count: 1_000_000, rank: 1))
        let running = Task { await loop.run() }
        await duty.waits(for: 2)
        #expect(duty.rounds == 0)
        loop.nudge()
        // The asked round fails, and is repeated.
        await duty.rounds(for: 2)
        #expect(duty.rounds == 2)
        await loop.end()
        await running.value
    }

    @Test func `a daemon whose turn never comes does the duty all the same after five intervals`() async {
        let duty = CountedDuty(interval: .milliseconds(10))
        let loop = Self.loop(duty, Neighbours(count: 1_000_000, rank: 1))
        let running = Task { await loop.run() }
        await duty.rounds(for: 3)
        await loop.end()
        await running.value
        #expect(duty.rounds >= 3)
    }

    @Test func `a duty of each daemon's own and a daemon alone leave no round out`() async {
        for (isShared, neighbours) in [(false, Neighbours(count: 1_000_000, rank: 1)), (true, Neighbours())] {
            let duty = CountedDuty(isShared: isShared)
            let loop = Self.loop(duty, neighbours)
            let running = Task { await loop.run() }
            await duty.waits(for: 20)
            await loop.end()
            await running.value
            #expect(duty.rounds >= 18)
        }
    }

    private static func loop(_ duty: CountedDuty, _ neighbours: Neighbours) -> DutyLoop {
        let quiet = Logger(label: "ix.test") { _ in SwiftLogNoOpLogHandler() }
        let availability = StoreAvailability(logger: quiet)
        return DutyLoop(duty, availability: availability, neighbours: { neighbours }) { .seconds(60) }
    }
}

/// A duty that counts its waits and rounds, and fails at first.
private final class CountedDuty: Duty {
    let name = "a test's duty"
    let isShared: Bool
    private let pause: Duration
    private let failures: Int
    private let counts = Mutex((asked: 0, rounds: 0))

    init(isShared: Bool = true, interval: Duration = .milliseconds(1), failures: Int = 0) {
        (self.isShared, pause, self.failures) = (isShared, interval, failures)
    }

    var interval: Duration {
        counts.withLock { $0.asked += 1 }
        return pause
    }

    /// The number of times that the interval was asked for: once for each wait.
    var asked: Int { counts.withLock { $0.asked } }
    var rounds: Int { counts.withLock { $0.rounds } }

    func waits(for count: Int) async {
        while asked < count, !Task.isCancelled { await Task.yield() }
    }

    func rounds(for count: Int) async {
        while rounds < count, !Task.isCancelled { await Task.yield() }
    }

    func round(progress: @Sendable () -> Void) async throws(StoreError) {
        let round = counts.withLock { counts in
            counts.rounds += 1
            return counts.rounds
        }
        guard round > failures else { throw StoreError(.unavailable, operation: "test", message: "away") }
    }
}

extension SharedTurns {
    /// The answer for a duty that is done each minute.
    fileprivate func isNext(after gap: Duration, among neighbours: Neighbours) -> Bool {
        isNext(among: neighbours, after: gap, interval: .seconds(60))
    }
}
