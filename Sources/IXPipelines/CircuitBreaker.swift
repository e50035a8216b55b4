/// Whether a pipeline is well enough to be given jobs. Pure: told what happened and when.
///
///     closed ─fault, so many in a row→ open ─pause over→ probing ─well→ closed
///                                        └────────←──fault (twice the pause)──┘
public struct CircuitBreaker: Sendable {
    /// What a run said of the pipeline.
    public enum Verdict: Sendable, Equatable {
        case well
        case fault(String)
        /// Nothing of the job ran: its program can't be started, its service isn't reached.
        case unstarted(String)
        /// Stopped by us, say: it tells nothing.
        case nothing
    }

    /// What changed for others to hear of.
    public enum Change: Sendable, Equatable {
        case opened(reason: String, pause: Duration)
        case closed
    }

    /// When to open.
    public struct Settings: Sendable, Equatable {
        /// Faults in a row; 0: only runs that can't be started open it, since trying these without pauses serves no job.
        public let failures: Int
        /// Before the first probe; doubled before each further one.
        public let pause: Duration
        /// No pause is longer.
        public let longest: Duration

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
    /// The last fault's, while it isn't closed.
    public private(set) var reason: String?

    /// Runs in a row that can't be started, where no number is set.
    private static let unstarted = 5

    public init(_ settings: Settings = Settings()) { self.settings = settings }

    public var isClosed: Bool { reason == nil }

    /// Closed, and nothing counts against it: a run that went well would change nothing.
    public var isFaultless: Bool { isClosed && faults == 0 }

    /// Jobs that may run at a time; nil: as many as there are.
    public func limit(at now: ContinuousClock.Instant) -> Int? {
        switch state {
        case .closed: nil
        case .open(let end): end <= now ? 1 : 0
        }
    }

    public mutating func note(_ verdict: Verdict, at now: ContinuousClock.Instant) -> Change? {
        switch verdict {
        case .nothing: return nil
        case .well: return close()
        case .fault(let reason): return settings.failures > 0 ? count(reason, now) : close()
        case .unstarted(let reason): return count(reason, now)
        }
    }

    private mutating func close() -> Change? {
        let wasOpen = !isClosed
        state = .closed
        (faults, openings, reason) = (0, 0, nil)
        return wasOpen ? .closed : nil
    }

    private mutating func count(_ reason: String, _ now: ContinuousClock.Instant) -> Change? {
        faults += 1
        guard faults >= (settings.failures > 0 ? settings.failures : Self.unstarted) else { return nil }
        // What was under way when it opened says nothing new.
        if case .open(let end) = state, end > now { return nil }
        let pause = min(settings.pause * (1 << min(openings, 16)), settings.longest)
        openings += 1
        state = .open(until: now + pause)
        self.reason = reason
        return .opened(reason: reason, pause: pause)
    }
}
