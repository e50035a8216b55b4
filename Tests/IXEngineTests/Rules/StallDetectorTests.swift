import IXConcurrency
import IXStore
import Testing

@testable import IXEngine

/// Which parts of an engine count as stalled, by how long each has been in its step.
@Suite struct StallDetectorTests {
    private static let now = ContinuousClock.now

    private static func found(
        _ work: WorkerState.Work, _ age: Duration, mustEndBy: Duration? = nil, lastClaim: Duration = .zero,
        isDraining: Bool = false, livenesses: [Liveness] = []
    ) -> [String] {
        let worker = WorkerState(
            number: 7, work: work, since: now - age, job: nil, mustEndBy: mustEndBy.map { now + $0 })
        return StallDetector(
            workers: [worker], livenesses: livenesses, lastClaim: now - lastClaim, stepLimit: .seconds(30),
            poll: .seconds(10), isDraining: isDraining
        ).found(at: now)
    }

    @Test(arguments: [WorkerState.Work.claiming, .finishing, .waiting])
    func `a worker that asks the store is stuck after the time of a step`(_ work: WorkerState.Work) {
        #expect(Self.found(work, .seconds(30)) == [])
        #expect(Self.found(work, .seconds(31)) == ["worker 7, \(work.rawValue)"])
    }

    @Test(arguments: [(Duration.seconds(-31), true), (.seconds(-29), false), (.seconds(60), false)])
    func `a run is stuck the time of a step after it must have ended`(_ end: Duration, _ isStuck: Bool) {
        #expect(Self.found(.running, .seconds(9999), mustEndBy: end) == (isStuck ? ["worker 7, running"] : []))
    }

    @Test func `a run without a limit, a worker at rest and one that has ended are never stuck`() {
        for work in [WorkerState.Work.running, .idle, .stopped] { #expect(Self.found(work, .seconds(9999)) == []) }
    }

    @Test(arguments: [
        (WorkerState.Work.idle, Duration.seconds(43), false, true), (.idle, .seconds(41), false, false),
        (.idle, .seconds(9999), true, false), (.running, .seconds(9999), false, false),
    ])
    func `claims are made at each poll while a worker is idle, but not in a drain`(
        _ work: WorkerState.Work, _ lastClaim: Duration, _ isDraining: Bool, _ isStalled: Bool
    ) {
        let found = Self.found(work, .zero, lastClaim: lastClaim, isDraining: isDraining)
        #expect(found == (isStalled ? ["the claim loop"] : []))
    }

    @Test func `each loop whose beat is late is named`() {
        let loops = [Liveness("the sweep", nextWithin: .seconds(-1)), Liveness("the poll", nextWithin: .seconds(60))]
        #expect(Self.found(.running, .zero, livenesses: loops) == ["the sweep"])
    }
}
