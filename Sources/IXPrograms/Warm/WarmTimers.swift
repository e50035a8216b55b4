internal import IXPipelines

/// `WarmTimers` holds the times at which a warm process's thread has to wake although no event arrived.
struct WarmTimers {
    private static let pollInterval = Duration.milliseconds(20)
    private static let longestWait = Duration.seconds(3600)

    private let startTimeout: Duration
    private let ageEnd: ContinuousClock.Instant?
    private let idleTime: Duration?
    private var idleEnd: ContinuousClock.Instant?
    private var ends: [(event: WarmLifecycle.Event, at: ContinuousClock.Instant)] = []
    private(set) var hasStarted = false
    private(set) var startIsOver = false

    init(_ settings: WarmSettings) {
        startTimeout = settings.startTimeout
        ageEnd = settings.maxAge.map { .now + $0 }
        idleTime = settings.idleTime
    }

    /// True when the process has reached its maximum age.
    var isTooOld: Bool { ageEnd.map { $0 <= .now } ?? false }

    /// True when the process has waited for a job for longer than the settings allow.
    var isIdleTooLong: Bool { idleEnd.map { $0 <= .now } ?? false }

    /// Begins to count the time without a job.
    mutating func startIdle() { idleEnd = idleTime.map { .now + $0 } }
    mutating func endIdle() { idleEnd = nil }

    mutating func startStart() { set(.startTimedOut, startTimeout) }

    mutating func endStart() {
        hasStarted = true
        clear(.startTimedOut)
    }

    mutating func startTerm(_ time: Duration) { set(.termDue, time) }
    mutating func startGrace(_ time: Duration) { set(.graceOver, time) }
    mutating func startDrain() { set(.drainOver, PipelineLimits.drain) }

    /// Stops the timers of a cancellation, because the cancelled job has ended.
    mutating func endGrace() {
        clear(.termDue)
        clear(.graceOver)
    }

    /// Returns the milliseconds until the next timer or `other`, rounded up; with `polling` at most 20 ms.
    func wait(polling: Bool, or other: ContinuousClock.Instant?) -> Int32 {
        let now = ContinuousClock.now
        let next =
            (ends.map(\.at)
            + [isTooOld ? nil : ageEnd, idleEnd, other.flatMap { $0 > now ? $0 : nil }].compactMap { $0 }).min()
            ?? now + Self.longestWait
        let time = max(polling ? min(next - now, Self.pollInterval) : next - now, .zero)
        return Int32(clamping: Int((time / .milliseconds(1)).rounded(.up)))
    }

    /// Returns an event for each timer that has run out. Each timer is reported once.
    mutating func due() -> [WarmLifecycle.Event] {
        let now = ContinuousClock.now
        let due = ends.filter { $0.at <= now }.map(\.event)
        ends.removeAll { $0.at <= now }
        if due.contains(.startTimedOut) { startIsOver = true }
        return due
    }

    private mutating func set(_ event: WarmLifecycle.Event, _ time: Duration) {
        clear(event)
        ends.append((event, .now + time))
    }

    private mutating func clear(_ event: WarmLifecycle.Event) { ends.removeAll { $0.event == event } }
}
