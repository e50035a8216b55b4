/// Lets a number of lines pass in each second and counts the others.
struct LogRate {
    private let limit: Int
    private var started: ContinuousClock.Instant?
    private var passed = 0
    private var dropped = 0

    init(limit: Int = ExecLimits.logLinesPerSecond) { self.limit = limit }

    /// Whether one more line may pass.
    mutating func allows() -> Bool {
        guard passed < limit else {
            dropped += 1
            return false
        }
        passed += 1
        return true
    }

    /// Starts another second when the last one is over; returns how many lines were dropped in it, if any.
    mutating func tick(_ now: ContinuousClock.Instant) -> Int? {
        guard let started else {
            started = now
            return nil
        }
        guard now - started >= .seconds(1) else { return nil }
        self.started = now
        passed = 0
        return takeDropped()
    }

    /// How many lines were dropped and not told yet, if any.
    mutating func takeDropped() -> Int? {
        defer { dropped = 0 }
        return dropped > 0 ? dropped : nil
    }
}
