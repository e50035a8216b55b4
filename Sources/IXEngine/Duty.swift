import IXCore
import IXStore
import Synchronization

/// Periodic maintenance: one file each, one way to start and stop.
protocol Duty: Sendable {
    /// What stands still when it doesn't come round.
    var name: String { get }
    /// Between two rounds at most; drawn a little shorter each time so that daemons don't come in step.
    var interval: Duration { get }
    /// `step` is called before each part that may take as long as a round.
    func round(step: @Sendable () -> Void) async throws(StoreError)
    /// Whether a round that went well shows that the store answers.
    var asksStore: Bool { get }
}

extension Duty {
    var asksStore: Bool { false }
}

/// Runs a duty until it is stopped. A failed round is tried again soon: a lease doesn't wait.
final class DutyLoop: Sendable {
    let pulse: Pulse
    let duty: any Duty
    private let outage: Outage
    private let patience: Duration
    private let isStopped = Mutex(false)
    /// Opened to end the wait between two rounds.
    private let nap = Live(Latch())
    private let isNudged = Mutex(false)
    private let ended = Latch()

    /// `patience`: how long one step of a round may take.
    init(_ duty: any Duty, outage: Outage, patience: Duration) {
        self.duty = duty
        self.outage = outage
        self.patience = patience
        pulse = Pulse(duty.name, allowance: duty.interval * 1.2 + patience)
        Task { await run() }
    }

    func stop() async {
        isStopped.withLock { $0 = true }
        nap.value.open()
        await ended.wait()
    }

    /// A round now, and one more when one is under way.
    func nudge() {
        isNudged.withLock { $0 = true }
        nap.value.open()
    }

    private func run() async {
        var pause = duty.interval
        while await !isOver(after: pause * Double.random(in: 0.9...1)) {
            pause = await round()
        }
        pulse.end()
        ended.open()
    }

    private func isOver(after pause: Duration) async -> Bool {
        pulse.beat(allowance: pause + patience)
        let nap = Latch()
        self.nap.value = nap
        if isStopped.withLock({ $0 }) { return true }
        if !isNudged.withLock({ $0 }) { await nap.wait(upTo: pause) }
        isNudged.withLock { $0 = false }
        return isStopped.withLock { $0 }
    }

    /// How long to wait for the next one.
    private func round() async -> Duration {
        do throws(StoreError) {
            try await duty.round { pulse.beat(allowance: patience) }
            if duty.asksStore { outage.answered() }
            return duty.interval
        } catch {
            outage.failed(error)
            return min(duty.interval, .seconds(1))
        }
    }
}
