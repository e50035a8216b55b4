internal import IXPipelines

/// `ChildTimers` holds the times at which a child's loop has to wake although no event arrived.
struct ChildTimers {
    private static let pollInterval = Duration.milliseconds(20)

    private let started = ContinuousClock.now
    private var nextControl = ContinuousClock.now + PipelineLimits.controlInterval
    private var graceEnd: ContinuousClock.Instant?
    private var drainEnd: ContinuousClock.Instant?

    /// The time since the child's start.
    var elapsed: Duration { .now - started }

    mutating func startGrace(_ grace: Duration) { graceEnd = .now + grace }

    mutating func startDrain() { drainEnd = .now + PipelineLimits.drain }

    /// Returns the milliseconds until the next timer or `other`, rounded up; with `polling` at most 20 ms.
    func wait(polling: Bool, or other: ContinuousClock.Instant?) -> Int32 {
        let now = ContinuousClock.now
        let next = [graceEnd, drainEnd, other.flatMap { $0 > now ? $0 : nil }].compactMap { $0 }.reduce(
            nextControl, min)
        let time = max(polling ? min(next - now, Self.pollInterval) : next - now, .zero)
        return Int32(clamping: Int((time / .milliseconds(1)).rounded(.up)))
    }

    /// Returns an event for each timer that has run out. Each timer is reported once.
    mutating func due() -> [ChildLifecycle.Event] {
        let now = ContinuousClock.now
        var events: [ChildLifecycle.Event] = []
        if let end = graceEnd, end <= now {
            graceEnd = nil
            events.append(.graceOver)
        }
        if let end = drainEnd, end <= now {
            drainEnd = nil
            events.append(.drainOver)
        }
        return events
    }

    /// Returns true when the control file is due to be read, and sets the next time.
    mutating func isControlDue() -> Bool {
        guard nextControl <= .now else { return false }
        nextControl = .now + PipelineLimits.controlInterval
        return true
    }
}
