/// `CircuitBreaker` decides how many jobs a failing pipeline is given. The caller reports runs and passes the time.
///
///     closed ─fault, so many in a row→ open ─pause over→ probing ─well→ closed
///                                        └────────←──fault (twice the pause)──┘
///     any ─held→ open, for as long as the pipeline asks
public struct CircuitBreaker: Sendable {
    /// The result of a run, as far as it concerns the pipeline.
    public enum Verdict: Sendable, Equatable {
        case well
        case fault(String)
        /// Nothing of the job ran: its program can't be started, its service isn't reached.
        case unstarted(String)
        /// The pipeline asked for no jobs for a while, as a service does with `Retry-After`.
        case held(String, for: Duration)
        /// Stopped by us, say: it tells nothing.
        case nothing
    }

    /// A change of state, which the engine logs and publishes.
    public enum Change: Sendable, Equatable {
        case opened(reason: String, pause: Duration)
        case closed
    }

    /// The limits at which the breaker opens.
    public struct Settings: Sendable, Equatable {
        /// Faults in a row; 0: only runs that can't be started open it, since trying these without pauses serves no job.
        public let failures: Int
        /// The pause before the first probe; doubled before each further probe.
        public let pause: Duration
        /// The longest pause.
        public let longest: Duration

        /// Creates settings without a check.
        public init(failures: Int = 5, pause: Duration = .seconds(5), longest: Duration = .seconds(300)) {
            self.failures = failures
            self.pause = pause
            self.longest = longest
        }
    }

    private enum State {
        case closed
        case open(until: ContinuousClock.Instant)
    }

    private let settings: Settings
    private var state = State.closed
    private var faults = 0
    private var openings = 0
    /// The end of the time for which the pipeline asked for no jobs; a job that still runs doesn't shorten it.
    private var heldUntil: ContinuousClock.Instant?
    /// The reason of the fault that last opened the breaker; nil while the breaker is closed.
    public private(set) var reason: String?

    /// Runs in a row that can't be started, where no number is set.
    private static let unstarted = 5

    /// A pipeline may ask for no more than this; then one job tries.
    private static let longestHold = Duration.seconds(3600)

    public init(_ settings: Settings = Settings()) { self.settings = settings }

    /// True while the breaker is closed: jobs aren't limited.
    public var isClosed: Bool { reason == nil }

    /// True while the breaker is closed and no fault is counted. A run without a fault would change nothing.
    public var isFaultless: Bool { isClosed && faults == 0 }

    /// Returns the number of jobs that may run at a time: 0 during the pause, 1 while probing, nil (no limit) while
    /// closed.
    public func limit(at now: ContinuousClock.Instant) -> Int? {
        switch state {
        case .closed: nil
        case .open(let end): end <= now ? 1 : 0
        }
    }

    /// Records a run's result. Returns the change of state, or nil for none.
    public mutating func note(_ verdict: Verdict, at now: ContinuousClock.Instant) -> Change? {
        switch verdict {
        case .nothing: return nil
        case .well: return heldUntil.map { $0 > now } == true ? nil : close()
        case .fault(let reason): return settings.failures > 0 ? count(reason, now) : close()
        case .unstarted(let reason): return count(reason, now)
        case .held(let reason, let pause): return hold(reason, pause, now)
        }
    }

    /// Gives the pipeline no jobs for as long as it asks, whatever running jobs report. A single job then tries.
    private mutating func hold(_ reason: String, _ pause: Duration, _ now: ContinuousClock.Instant) -> Change? {
        let end = now + min(pause, Self.longestHold)
        if case .open(let earlier) = state, earlier >= end { return nil }
        let wasOpen = !isClosed
        state = .open(until: end)
        heldUntil = end
        self.reason = reason
        return wasOpen ? nil : .opened(reason: reason, pause: end - now)
    }

    private mutating func close() -> Change? {
        let wasOpen = !isClosed
        state = .closed
        (faults, openings, reason, heldUntil) = (0, 0, nil, nil)
        return wasOpen ? .closed : nil
    }

    private mutating func count(_ reason: String, _ now: ContinuousClock.Instant) -> Change? {
        faults += 1
        guard faults >= (settings.failures > 0 ? settings.failures : Self.unstarted) else { return nil }
        // A job that was running when the breaker opened reports nothing new.
        if case .open(let end) = state, end > now { return nil }
        let pause = min(settings.pause * (1 << min(openings, 16)), settings.longest)
        openings += 1
        state = .open(until: now + pause)
        self.reason = reason
        return .opened(reason: reason, pause: pause)
    }
}
