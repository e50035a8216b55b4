/// Waits that double from `first` to `limit`. Each wait is drawn at random between half and the whole of its value, so
/// that a hundred daemons don't return in step.
public struct Backoff: Sendable {
    private let first: Duration
    private let limit: Duration
    private var failures = 0

    /// Creates a backoff before its first failure.
    public init(first: Duration = .milliseconds(100), limit: Duration = .seconds(3)) {
        self.first = first
        self.limit = limit
    }

    /// Counts a failure and returns the wait before the next try.
    public mutating func next(using random: inout some RandomNumberGenerator) -> Duration {
        let whole = min(first * (1 << min(failures, 20)), limit)
        failures += 1
        return whole * Double.random(in: 0.5...1, using: &random)
    }

    /// Counts a failure and returns the wait before the next try, from the system's random numbers.
    public mutating func next() -> Duration {
        var random = KernelRandom()
        return next(using: &random)
    }

    /// Forgets all failures; the next wait is `first` again.
    public mutating func reset() { failures = 0 }
}
