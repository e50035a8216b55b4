import IXPostgres
import IXStore
import Testing

@testable import IXEngine

@Suite struct PruneWalkTests {
    @Test func `a walk adds up its batches and goes on where the last one ended`() {
        var walk = PruneWalk()
        #expect(walk.cursor == nil && walk.count.total == 0)
        walk.take(PruneBatch(count: PruneCount(done: 3, error: 1), next: PruneCursor(40)))
        walk.take(PruneBatch(count: PruneCount(done: 2), next: PruneCursor(80)))
        #expect(walk.cursor == PruneCursor(80) && walk.count == PruneCount(done: 5, error: 1))
        walk.take(PruneBatch(count: PruneCount(), next: nil))
        #expect(walk.cursor == nil && walk.count == PruneCount(done: 5, error: 1))
    }

    @Test(arguments: [
        (Duration.zero, Duration.milliseconds(50)), (.milliseconds(10), .milliseconds(50)),
        (.milliseconds(100), .milliseconds(400)), (.seconds(2), .seconds(8)), (.seconds(60), .seconds(10)),
    ])
    func `four times as long as a batch took is rest, from 50 ms to 10 s`(_ batch: Duration, _ rest: Duration) {
        #expect(PruneWalk.rest(after: batch) == rest)
    }

    @Test(arguments: [
        (Retention(), Duration.seconds(3600), Duration.seconds(60)),
        (Retention(done: .seconds(2)), .seconds(1), .seconds(1)),
        (Retention(done: .seconds(86_400), error: .seconds(200)), .seconds(10), .seconds(10)),
        (Retention(error: .seconds(86_400)), .seconds(4320), .seconds(60)),
        (Retention(done: .seconds(365 * 86_400)), .seconds(6 * 3600), .seconds(60)),
    ])
    func `between walks is a twentieth of the shortest retention, and the first walk comes soon`(
        _ retention: Retention, _ pause: Duration, _ first: Duration
    ) {
        #expect(PruneWalk.pause(retention) == pause && PruneWalk.firstRest(retention) == first)
    }
}

@Suite struct XminHorizonWatchTests {
    private let start = ContinuousClock.now

    private func hold(_ id: String, _ seconds: Double? = nil) -> XminHorizonHold {
        XminHorizonHold(id: id, holder: "holder \(id)", transactions: 9, seconds: seconds)
    }

    private func look(
        _ watch: inout XminHorizonWatch, at seconds: Int, _ holds: XminHorizonHold...
    ) -> [XminHorizonWatch.Transition] {
        watch.transitions(holds, limit: .seconds(60), now: start + .seconds(seconds))
    }

    @Test func `a hold of unknown age counts from the first look, is told once, and so is its end`() {
        var watch = XminHorizonWatch()
        #expect(look(&watch, at: 0, hold("a")) == [])
        #expect(look(&watch, at: 59, hold("a")) == [])
        #expect(look(&watch, at: 60, hold("a")) == [.held(hold("a"), .seconds(60))])
        #expect(look(&watch, at: 120, hold("a")) == [])
        #expect(look(&watch, at: 180) == [.free(holder: "holder a", .seconds(180))])
        #expect(look(&watch, at: 240) == [])
    }

    @Test func `a hold that is old when it is first seen is told at the second look`() {
        var watch = XminHorizonWatch()
        #expect(look(&watch, at: 0, hold("a", 600)) == [])
        #expect(look(&watch, at: 1, hold("a", 601)) == [.held(hold("a", 601), .seconds(601))])
    }

    @Test func `holds that come and go within the limit are never told, not even their ends`() {
        var watch = XminHorizonWatch()
        for second in 0..<10 { #expect(look(&watch, at: second * 30, hold("\(second)")) == []) }
        #expect(look(&watch, at: 300) == [])
    }

    @Test func `each hold has a time of its own, and a later one with an equal id begins again`() {
        var watch = XminHorizonWatch()
        #expect(look(&watch, at: 0, hold("a")) == [])
        #expect(look(&watch, at: 50, hold("a"), hold("b")) == [])
        #expect(look(&watch, at: 70, hold("a"), hold("b")) == [.held(hold("a"), .seconds(70))])
        #expect(look(&watch, at: 80, hold("b")) == [.free(holder: "holder a", .seconds(80))])
        #expect(look(&watch, at: 100, hold("a"), hold("b")) == [])
        #expect(look(&watch, at: 110, hold("a"), hold("b")) == [.held(hold("b"), .seconds(60))])
    }
}
