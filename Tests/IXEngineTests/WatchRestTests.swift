import FoundationEssentials
import IXConcurrency
import IXCore
import IXPipelines
import Synchronization
import Testing

@testable import IXEngine

/// What watches over runs sleeps long while there are none, and misses none.
@Suite(.timeLimit(.minutes(1)))
struct WatchRestTests {
    private static let (busy, idle) = (Duration.milliseconds(200), Duration.seconds(1))

    private static func interval(_ running: RunningJobs) -> Duration {
        running.watchInterval(busy: busy, idle: idle)
    }

    private static func run() -> JobRun {
        JobRun(
            Attempt(jobID: UUID(), attempts: 1, claimID: UUID()), grace: .seconds(1), clock: RunClock(.seconds(60)))
    }

    @Test func `shortly after a run the looks are as before`() {
        let running = RunningJobs(rest: WatchRest(idleTime: .seconds(600)))
        #expect(Self.interval(running) == Self.idle)
        running.started(UUID(), Self.run())
        #expect(Self.interval(running) == Self.busy)
    }

    @Test func `a while after the last one they are far apart, until the next begins`() {
        let running = RunningJobs(rest: WatchRest(idleTime: .zero))
        let woken = Atomic(0)
        running.onStart { woken.add(1, ordering: .relaxed) }
        let claim = UUID()
        running.expect(claim)
        #expect(Self.interval(running) == WatchRest.nap)
        running.started(claim, Self.run())
        #expect(woken.load(ordering: .relaxed) == 1)
        #expect(Self.interval(running) == Self.busy)
        running.started(UUID(), Self.run())
        #expect(woken.load(ordering: .relaxed) == 1)
    }

    @Test func `a run that begins before a watch lies down keeps it up`() {
        let rest = WatchRest(idleTime: .zero)
        var looks = 0
        let rests = rest.begins {
            looks += 1
            guard looks == 1 else { return false }
            rest.end()  // the run that begins now has no sleeper to wake
            return true
        }
        #expect(!rests)
    }

    @Test func `a run that begins while a watch lies down wakes it`() {
        let rest = WatchRest(idleTime: .zero)
        let woken = Atomic(0)
        rest.onEnd.value = { woken.add(1, ordering: .relaxed) }
        var looks = 0
        _ = rest.begins {
            looks += 1
            if looks == 2 { rest.end() }
            return true
        }
        #expect(woken.load(ordering: .relaxed) == 1)
    }
}
