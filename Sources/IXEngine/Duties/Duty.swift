import FoundationEssentials
import IXConcurrency
import IXCore
import IXStore
import Synchronization

/// `Duty` is periodic maintenance work of the engine. Each duty has a file; `DutyLoop` starts and stops every duty.
protocol Duty: Sendable {
    /// The duty's name for people, reported when a round is late.
    var name: String { get }
    /// The longest wait between two rounds. `DutyLoop` draws each wait up to 10 % shorter, so that daemons don't run in
    /// step, unless the duty `isPunctual`.
    var interval: Duration { get }
    /// True when the loop waits for the whole interval, because the next round is due at a moment.
    var isPunctual: Bool { get }
    /// Runs one round. Concurrency: rounds of a duty never overlap.
    ///
    /// Requires: the round calls `progress` before each part that may take as long as the loop's `stepLimit`. Each call
    /// renews the loop's liveness. A round that takes longer without calling `progress` counts as stalled, and the
    /// service is restarted.
    ///
    /// Failure: a thrown error makes the loop repeat the round after at most one second.
    func round(progress: @Sendable () -> Void) async throws(StoreError)
    /// True when a successful round shows that the store answers.
    var asksStore: Bool { get }
    /// True while a round of any daemon serves all daemons of the store. The daemons then take turns: of as many waits as
    /// there are daemons, and of five waits, one ends in a round. A round that was asked for, and the repetition of a failed round, are no turns.
    var isShared: Bool { get }
}

extension Duty {
    var asksStore: Bool { false }
    var isShared: Bool { false }
    var isPunctual: Bool { false }
}

/// `ContributedDuty` runs a duty of the store in the engine, and hands on the notifications that a round brings.
struct ContributedDuty: Duty {
    let duty: any StoreDuty
    let notify: @Sendable (JobNotification) -> Void

    var name: String { duty.name }
    var interval: Duration { duty.interval }
    var isShared: Bool { duty.isShared }

    func round(progress: @Sendable () -> Void) async throws(StoreError) {
        for notification in try await duty.round(progress: progress) { notify(notification) }
    }
}

/// `DutyLoop` runs a duty until `stop` was called. A failed round is repeated within a second, because a lease expires
/// meanwhile.
final class DutyLoop: Sendable {
    let liveness: Liveness
    private let duty: any Duty
    private let availability: StoreAvailability
    private let stepLimit: @Sendable () -> Duration
    private let neighbours: @Sendable () -> Neighbours
    private let turns = SharedTurns()
    private let life = LoopLife()
    /// The latch of the wait between two rounds; opening the latch ends the wait.
    private let nap = Locked(Latch())
    private let isNudged = Mutex(false)
    /// The end of the last successful round, in milliseconds since 1970; 0 before the first.
    private let lastEnd = Atomic<Int64>(0)
    /// The loop's queue. A pipeline's tasks may hold the pool that all tasks share, and a duty may block.
    private let executor = DispatchQueueExecutor(label: "ix.duty")

    /// Creates a loop before its run. `stepLimit` is the longest time for a step of a round, which a reload may
    /// change; `neighbours` are the daemons that share the duty.
    init(
        _ duty: any Duty, availability: StoreAvailability, neighbours: @escaping @Sendable () -> Neighbours,
        stepLimit: @escaping @Sendable () -> Duration
    ) {
        self.duty = duty
        self.availability = availability
        self.neighbours = neighbours
        self.stepLimit = stepLimit
        liveness = Liveness(duty.name, nextWithin: .seconds(1_000_000_000))  // not running yet
    }

    /// The duty's name, and the end of its last successful round in seconds since 1970; nil before the first.
    var report: (name: String, lastEnd: Double)? {
        let last = lastEnd.load(ordering: .relaxed)
        return last > 0 ? (duty.name, Double(last) / 1000) : nil
    }

    /// Runs rounds until a stop, and returns after the last round has ended. The first round comes after a wait.
    func run() async {
        await life.run {
            await withTaskExecutorPreference(executor) {
                var (pause, isOwed, lastEnd) = (duty.interval, false, ContinuousClock.now)
                let earliest = duty.isPunctual ? 1.0 : 0.9
                while let wake = await wake(after: pause * Double.random(in: earliest...1)) {
                    if wake == .interval, !isOwed, let next = waitForOthers(since: lastEnd) {
                        pause = next
                    } else {
                        (pause, isOwed) = await round()
                        if !isOwed { lastEnd = .now }
                    }
                }
            }
            liveness.end()
        }
    }

    /// Asks the loop to end after the current round, and returns at once.
    func stop() {
        life.stop()
        nap.value.open()
    }

    /// Ends the loop, and returns after the current round has ended.
    func end() async {
        stop()
        await life.ended.wait()
    }

    /// Starts a round at once, or another round after the current round.
    func nudge() {
        isNudged.withLock { $0 = true }
        nap.value.open()
    }

    /// What ended a wait.
    private enum Wake { case interval, nudge }

    /// Waits, and returns what ended the wait; nil after a stop.
    private func wake(after pause: Duration) async -> Wake? {
        liveness.beat(nextWithin: pause + stepLimit())
        let nap = Latch()
        self.nap.value = nap
        if life.isStopped { return nil }
        if !isNudged.withLock({ $0 }) { await nap.wait(upTo: pause) }
        let wasNudged = isNudged.withLock { isNudged in
            defer { isNudged = false }
            return isNudged
        }
        return life.isStopped ? nil : wasNudged ? .nudge : .interval
    }

    /// Returns the next wait when the round is left to another daemon; nil when the round is this daemon's.
    private func waitForOthers(since lastEnd: ContinuousClock.Instant) -> Duration? {
        let neighbours = neighbours()
        guard duty.isShared, neighbours.count > 1 else { return nil }
        let interval = duty.interval
        return turns.isNext(among: neighbours, after: .now - lastEnd, interval: interval) ? nil : interval
    }

    /// Runs a round. Returns the wait before the next round, and true when the round failed.
    private func round() async -> (pause: Duration, isOwed: Bool) {
        do throws(StoreError) {
            try await duty.round { liveness.beat(nextWithin: stepLimit()) }
            lastEnd.store(Int64(Date().timeIntervalSince1970 * 1000), ordering: .relaxed)
            if duty.asksStore { availability.answered() }
            return (duty.interval, false)
        } catch {
            availability.failed(error)
            return (min(duty.interval, .seconds(1)), true)
        }
    }
}
