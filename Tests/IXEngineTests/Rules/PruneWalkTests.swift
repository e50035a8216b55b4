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
