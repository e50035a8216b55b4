import Synchronization

/// A loop's sign of life: it beats at every step, and says how long the next step may take.
///
/// The process's monotonic clock. Concurrency: from any thread.
public final class Pulse: Sendable {
    /// What stands still when the beat is late.
    public let name: String
    private let due: Mutex<ContinuousClock.Instant>

    /// The first beat is due within `allowance`.
    public init(_ name: String, allowance: Duration) {
        self.name = name
        due = Mutex(.now + allowance)
    }

    /// The loop is alive, and its next step takes no longer than `allowance`.
    public func beat(allowance: Duration) {
        let next = ContinuousClock.now + allowance
        due.withLock { $0 = next }
    }

    /// The loop has ended, as it should.
    public func end() { due.withLock { $0 = .now + .seconds(1_000_000_000) } }

    public func isLate(at now: ContinuousClock.Instant = .now) -> Bool { due.withLock { $0 } < now }
}
