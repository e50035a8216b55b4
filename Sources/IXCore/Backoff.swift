/// Waits that double from `first` to `limit`, each drawn at random between half of itself and the whole, so that a
/// hundred daemons don't come back in step.
public struct Backoff: Sendable {
    private let first: Duration
    private let limit: Duration
    private var failures = 0

    public init(first: Duration = .milliseconds(100), limit: Duration = .seconds(3)) {
        self.first = first
        self.limit = limit
    }

    /// The wait after one more failure.
    public mutating func next(using random: inout some RandomNumberGenerator) -> Duration {
        let whole = min(first * (1 << min(failures, 20)), limit)
        failures += 1
        return whole * Double.random(in: 0.5...1, using: &random)
    }

    public mutating func next() -> Duration {
        var random = KernelRandom()
        return next(using: &random)
    }

    public mutating func reset() { failures = 0 }
}
