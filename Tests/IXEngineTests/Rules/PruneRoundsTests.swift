import IXStore
import Testing

@testable import IXEngine

/// What a round of the prune does.
@Suite struct PruneRoundsTests {
    private typealias Round = PruneRounds.Round
    private static let start = ContinuousClock.now
    private static let all = Round(clearsOthers: true, beginsWalk: true, walks: true)
    private static let others = Round(clearsOthers: true, beginsWalk: false, walks: false)

    @Test func `a walk begins with the other tables, and goes on without them once they are done`() {
        var rounds = PruneRounds()
        #expect(rounds.isResting && rounds.next(at: Self.start) == Self.all)
        rounds.cleared(true)
        rounds.take(PruneBatch(count: PruneCount(done: 3), next: PruneCursor(40)))
        #expect(!rounds.isResting)
        #expect(rounds.next(at: Self.start) == Round(clearsOthers: false, beginsWalk: false, walks: true))
        rounds.take(PruneBatch(count: PruneCount(done: 2), next: nil))
        let count = rounds.endWalk(pausingFor: .seconds(60), at: Self.start)
        #expect(count == PruneCount(done: 5) && rounds.isResting)
        #expect(rounds.rest(after: .seconds(1), at: Self.start) == .seconds(60))
        // The loop draws its waits shorter than the rest.
        #expect(rounds.next(at: Self.start + .seconds(54)) == Self.all)
    }

    @Test func `while other tables have more in every round, walks begin and end beside them, as often as without`() {
        var rounds = PruneRounds()
        var (begun, batches, now) = (0, 0, Self.start)
        for _ in 0..<1000 {
            let round = rounds.next(at: now)
            #expect(round.clearsOthers)
            rounds.cleared(false)
            if round.beginsWalk { begun += 1 }
            if round.walks {
                batches += 1
                let isLast = batches % 10 == 0
                rounds.take(PruneBatch(count: PruneCount(done: 1), next: isLast ? nil : PruneCursor(batches)))
                if isLast { #expect(rounds.endWalk(pausingFor: .seconds(90), at: now).done == 10) }
            }
            // A daemon that has more to delete goes on by itself, soon.
            #expect(!rounds.isResting && rounds.rest(after: .milliseconds(250), at: now) == .seconds(1))
            now += .seconds(1)
        }
        // A walk takes 10 s, and the pause 90 s.
        #expect((10...11).contains(begun) && (100...110).contains(batches))
    }

    @Test func `while every job is kept, the other tables alone are gone on with, and the rest is the remaining pause`()
    {
        var rounds = PruneRounds()
        rounds.cleared(false)
        _ = rounds.endWalk(pausingFor: .seconds(3600), at: Self.start)
        #expect(!rounds.isResting && rounds.next(at: Self.start + .seconds(1)) == Self.others)
        rounds.cleared(true)
        #expect(rounds.isResting && rounds.rest(after: .seconds(1), at: Self.start + .seconds(1)) == .seconds(3599))
        #expect(rounds.rest(after: .seconds(1), at: Self.start + .seconds(4000)) == .milliseconds(50))
    }
}
