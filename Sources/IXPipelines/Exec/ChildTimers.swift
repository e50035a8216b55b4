/// When a child's loop has to wake although nothing happened.
struct ChildTimers {
    private static let pollInterval = Duration.milliseconds(20)

    private let started = ContinuousClock.now
    private var nextControl = ContinuousClock.now + ExecLimits.controlInterval
    private var graceEnd: ContinuousClock.Instant?
    private var drainEnd: ContinuousClock.Instant?

    /// Time since the child's start.
    var elapsed: Duration { .now - started }

    mutating func startGrace(_ grace: Duration) { graceEnd = .now + grace }

    mutating func startDrain() { drainEnd = .now + ExecLimits.drain }

    /// Milliseconds until the next of them, rounded up.
    func wait(polling: Bool, or other: ContinuousClock.Instant?) -> Int32 {
        let now = ContinuousClock.now
        let next = [graceEnd, drainEnd, other.flatMap { $0 > now ? $0 : nil }].compactMap { $0 }.reduce(
            nextControl, min)
        let time = max(polling ? min(next - now, Self.pollInterval) : next - now, .zero)
        return Int32(clamping: Int((time / .milliseconds(1)).rounded(.up)))
    }

    /// What has run out, told once.
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

    /// Whether to look at the control file now.
    mutating func isControlDue() -> Bool {
        guard nextControl <= .now else { return false }
        nextControl = .now + ExecLimits.controlInterval
        return true
    }
}
