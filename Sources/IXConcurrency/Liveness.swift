import Synchronization

/// The liveness of a loop. The loop beats before every step and says how long the step may take; the reporter asks if a
/// beat is late.
///
/// Concurrency: safe from any thread. Times are on the process's monotonic clock.
package final class Liveness: Sendable {
    /// Name of the loop, for the report about a late beat.
    package let name: String
    private let due: Mutex<ContinuousClock.Instant>

    /// Creates the liveness of a loop whose first beat is due within `limit`.
    package init(_ name: String, nextWithin limit: Duration) {
        self.name = name
        due = Mutex(.now + limit)
    }

    /// Reports that the loop is alive and beats again within `limit`.
    package func beat(nextWithin limit: Duration) {
        let next = ContinuousClock.now + limit
        due.withLock { $0 = next }
    }

    /// Reports that the loop has ended as intended: no further beat is due, for about 30 years.
    package func end() { due.withLock { $0 = .now + .seconds(1_000_000_000) } }

    /// Returns true when the loop has not beaten within the limit of its last beat.
    package func isLate(at now: ContinuousClock.Instant = .now) -> Bool { due.withLock { $0 } < now }
}
