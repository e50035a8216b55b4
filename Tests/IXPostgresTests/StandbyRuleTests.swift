import Testing

@testable import IXPostgres

/// The age of a standby's data, and the decision to read from it.
@Suite struct StandbyRuleTests {
    private let start = ContinuousClock.now

    /// Every time is in seconds since `start`; `clock` is what the server's clock shows, by default the right time.
    private func standing(
        _ position: Int64, committed: Double? = nil, at seconds: Double, clock: Double? = nil, isStandby: Bool = true,
        store: String = "cluster/database/table"
    ) -> ServerStanding {
        ServerStanding(
            isStandby: isStandby, position: position, clock: clock ?? seconds, committed: committed, store: store,
            at: start + .seconds(seconds))
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
        let positions = known((100, 1), (400, 4))
        #expect(moment(positions, standing(150, committed: 3.5, at: 4.5)) == 3.5)
        #expect(moment(positions, standing(150, committed: -60, at: 4.5)) == 1)
        // A commit behind the primary's answer tells nothing of what else was committed since.
        #expect(moment(positions, standing(150, committed: 4.2, at: 4.5)) == 4)
    }

    @Test func `the standby's own clock counts only while the primary was never asked`() {
        for clock in [-3600.0, 4.5, 3600] {
            let standby = standing(150, committed: 3.5, at: 4.5, clock: clock)
            #expect(moment(known((100, 1), (400, 4)), standby) == 3.5)
            #expect(known((400, 4)).clock(at: start + .seconds(3), standby) == 3)
        }
        #expect(moment(PrimaryPositions(), standing(150, committed: 13, at: 4, clock: 14)) == 3)
        #expect(PrimaryPositions().clock(at: start + .seconds(3), standing(150, at: 4, clock: 14)) == 13)
        // A clock that is slow makes no data of the future.
        #expect(moment(PrimaryPositions(), standing(150, committed: 9, at: 4)) == 4)
    }

    @Test func `an answer of the primary that comes late changes nothing`() {
        var positions = known((100, 1), (300, 3))
        positions.note(standing(200, at: 2, isStandby: false))
        #expect(moment(positions, standing(150, at: 4)) == 1)
        #expect(moment(positions, standing(300, at: 4)) == 3)
        // The same answer, for another reader.
        positions.note(standing(300, at: 3, isStandby: false))
        #expect(moment(positions, standing(350, at: 4)) == 3)
    }

    @Test func `a server with another cluster, database or table is no copy`() {
        let positions = known((100, 1))
        #expect(positions.isCopy(standing(100, at: 2)))
        #expect(!positions.isCopy(standing(100, at: 2, store: "cluster/other/table")))
        #expect(PrimaryPositions().isCopy(standing(100, at: 2, store: "cluster/other/table")))
        var moved = positions
        moved.note(standing(200, at: 2, isStandby: false, store: "other/database/table"))
        #expect(moment(moved, standing(100, at: 3)) == nil)
    }

    @Test func `a primary that writes nothing keeps its standby near`() {
        #expect(moment(known((100, 1), (100, 2), (100, 9)), standing(100, committed: -600, at: 9.5)) == 9)
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
