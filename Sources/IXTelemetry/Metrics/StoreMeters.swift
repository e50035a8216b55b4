import CoreMetrics
import IXCore
import Synchronization

/// `StoreMeters` measures the calls to the store, by what a call is for.
///
/// A store has a hundred statements; a series for each would be more than anyone reads. `operations` puts the frequent
/// statements into groups.
package final class StoreMeters: Sendable {
    private let timers: [String: Timer]
    private let rest: Timer
    private let factory: any MetricsFactory
    private let faults = Mutex<[String: Counter]>([:])

    init(_ factory: any MetricsFactory) {
        self.factory = factory
        let groups = Dictionary(
            uniqueKeysWithValues: Set(Self.operations.values).map { ($0, Timer(.storeCall, [$0], factory)) })
        timers = Self.operations.compactMapValues { groups[$0] }
        rest = Timer(.storeCall, [Self.other], factory)
    }

    /// Records the time of a call to the statement or operation `name`.
    package func called(_ name: String, _ time: Duration) {
        (timers[name] ?? rest).recordNanoseconds(time.wholeNanoseconds)
    }

    /// Counts a call that failed. `kind` is one of a few words.
    package func failed(_ name: String, kind: String) {
        let operation = Self.operations[name] ?? Self.other
        let counter = faults.withLock { faults in
            let key = "\(operation) \(kind)"
            let counter = faults[key] ?? Counter(.storeFaults, [operation, kind], factory)
            faults[key] = counter
            return counter
        }
        counter.increment()
    }

    private static let other = "other"

    /// The groups of the statements and operations of both stores.
    private static let operations: [String: String] = {
        let groups: [(String, [String])] = [
            ("claim", ["claim_next_pending", "claim_among_use_cases", "claim_pending_batch"]),
            ("end", ["mark_done", "mark_done_batch", "mark_error", "hand_back", "perform", "requests"]),
            ("insert", ["insert_pending", "insert_pending_batch", "ix_enqueue"]),
            (
                "read",
                ["get", "get_by_correlation", "list", "list_live", "list_attempts", "read_pulses", "find_live"]
            ),
            ("count", ["count_jobs", "statistics", "count_callbacks", "list_daemons"]),
            ("lease", ["renew_lease", "register_daemon", "end_lease", "read_held_claims"]),
            ("sweep", ["sweep_orphans", "expire_pending", "catch_up_pending", "foreign_work", "end_unserved"]),
            ("callbacks", ["claim_callbacks", "next_callback", "record_deliveries", "find_in_hand"]),
            ("prune", ["prune", "prune_access", "forget_progress"]),
            ("access", ["find_token", "find_session", "note_use", "record_audit"]),
        ]
        return Dictionary(uniqueKeysWithValues: groups.flatMap { group in group.1.map { ($0, group.0) } })
    }()
}
