import Testing

@testable import IXPostgres

/// The age of a standby's data, and the decision to read from it.
@Suite struct StandbyRuleTests {
    private let start = ContinuousClock.now

    private func standing(
        _ position: Int64, age: Double? = nil, at seconds: Double, isStandby: Bool = true
    ) -> ServerStanding {
        ServerStanding(isStandby: isStandby, position: position, age: age, at: start + .seconds(seconds))
    }

    private func known(_ samples: (position: Int64, at: Double)...) -> PrimaryPositions {
        var known = PrimaryPositions()
        for sample in samples { known.note(standing(sample.position, at: sample.at, isStandby: false)) }
        return known
    }

    private func moment(_ known: PrimaryPositions, _ standby: ServerStanding) -> Double? {
        known.moment(of: standby).map { ($0 - start) / .seconds(1) }
    }

    @Test func `a standby is as near as the newest position of the primary that it has reached`() {
        let positions = known((100, 1), (200, 2), (300, 3))
        #expect(moment(positions, standing(250, at: 4)) == 2)
        #expect(moment(positions, standing(300, at: 4)) == 3)
        #expect(moment(positions, standing(50, at: 4)) == nil)
    }

    @Test func `a standby is as near as its newest commit where that says more`() {
        let positions = known((100, 1))
        #expect(moment(positions, standing(150, age: 0.5, at: 4)) == 3.5)
        #expect(moment(positions, standing(150, age: 60, at: 4)) == 1)
        #expect(moment(PrimaryPositions(), standing(150, age: 1, at: 4)) == 3)
        // A clock that is fast makes no data of the future.
        #expect(moment(PrimaryPositions(), standing(150, age: -5, at: 4)) == 4)
    }

    @Test func `a primary that writes nothing keeps its standby near`() {
        #expect(moment(known((100, 1), (100, 2), (100, 9)), standing(100, age: 600, at: 9.5)) == 9)
    }

    @Test func `a primary behind the one before is another one`() {
        #expect(moment(known((100, 1), (500, 2), (300, 3)), standing(200, at: 4)) == nil)
    }

    @Test func `a standby that failed is tried beside the reads, once a pause`() {
        var rule = StandbyRule(pause: .seconds(5))
        #expect(rule.decide(at: start) == .read && !rule.isAnswering)
        #expect(rule.answered(isTrial: false) == .began)
        #expect(rule.answered(isTrial: false) == nil && rule.isAnswering)
        #expect(rule.failed("away", at: start) == .ended(reason: "away"))
        #expect(rule.failed("away", at: start) == nil && !rule.isAnswering)
        #expect(rule.decide(at: start + .seconds(4)) == .pass)
        #expect(rule.decide(at: start + .seconds(5)) == .passAndTry)
        #expect(rule.decide(at: start + .seconds(6)) == .pass)
        // A read that began before the failure.
        #expect(rule.answered(isTrial: false) == nil && !rule.isAnswering)
        #expect(rule.failed("still away", at: start + .seconds(7)) == nil)
        #expect(rule.decide(at: start + .seconds(12)) == .passAndTry)
        #expect(rule.answered(isTrial: true) == .began && rule.isAnswering)
        #expect(rule.decide(at: start + .seconds(12)) == .read)
    }
}
