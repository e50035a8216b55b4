import CoreMetrics
import IXCore
import Synchronization

/// `StoreMeters` measures the calls to the store, by what a call is for.
///
/// A store has a hundred statements; a series for each would be more than anyone reads. `Group` puts the frequent
/// statements into groups; a store knows the group of each of its statements.
package final class StoreMeters: Sendable {
    /// What a call is for: the values of the label `operation`.
    package enum Group: Int, Sendable, CaseIterable {
        case claim, end, insert, read, count, lease, sweep, callbacks, prune, access, other

        /// The value of the label.
        var name: String { "\(self)" }

        /// Returns the group of an operation of the embedded file.
        package init(operation name: String) { self = Self.operations[name] ?? .other }

        private static let operations: [String: Group] = {
            let groups: [(Group, [String])] = [
                (.claim, ["claim_next_pending", "claim_among_use_cases", "claim_pending_batch"]),
                (.end, ["mark_done", "mark_error", "hand_back", "perform", "requests"]),
                (.insert, ["insert_pending", "insert_pending_batch", "ix_enqueue"]),
                (
                    .read,
                    ["get", "get_by_correlation", "list", "list_live", "list_attempts", "read_pulses", "find_live"]
                ),
                (.count, ["count_jobs", "statistics", "count_callbacks", "list_daemons"]),
                (.lease, ["renew_lease", "register_daemon", "end_lease", "read_held_claims"]),
                (.sweep, ["sweep_orphans", "expire_pending", "catch_up_pending", "foreign_work", "end_unserved"]),
                (.callbacks, ["claim_callbacks", "next_callback", "record_deliveries", "find_in_hand"]),
                (.prune, ["prune", "prune_access", "forget_progress"]),
                (.access, ["find_token", "find_session", "note_use", "record_audit"]),
            ]
            return Dictionary(uniqueKeysWithValues: groups.flatMap { group in group.1.map { ($0, group.0) } })
        }()
    }

    /// The histograms, in the order of the groups.
    private let timers: [Timer]
    private let factory: any MetricsFactory
    private let faults = Mutex<[String: Counter]>([:])

    init(_ factory: any MetricsFactory) {
        self.factory = factory
        timers = Group.allCases.map { Timer(.storeCall, [$0.name], factory) }
    }

    /// Records the time of a call.
    package func called(_ group: Group, _ time: Duration) {
        timers[group.rawValue].recordNanoseconds(time.wholeNanoseconds)
    }

    /// Counts a call that failed. `kind` is one of a few words.
    package func failed(_ group: Group, kind: String) {
        let counter = faults.withLock { faults in
            let key = "\(group.name) \(kind)"
            let counter = faults[key] ?? Counter(.storeFaults, [group.name, kind], factory)
            faults[key] = counter
            return counter
        }
        counter.increment()
    }
}
