import FoundationEssentials
import IXCore
package import IXStore

/// `StatisticsJSON` shows the statistics as one object. Counts of ended jobs are null when ended jobs were not
/// counted.
package struct StatisticsJSON {
    private let statistics: Statistics
    private let countsEnded: Bool

    /// Creates the object; `countsEnded` is false when ended jobs were not counted.
    package init(_ statistics: Statistics, countsEnded: Bool) {
        self.statistics = statistics
        self.countsEnded = countsEnded
    }

    /// Returns the object with `store`, the store's name, as its first member.
    package func text(of store: String) -> String { JSONPairs([("store", JSONPairs.literal(store))] + pairs).text }

    /// The members in order, without the store's name.
    package var pairs: [(String, String)] {
        let useCases = statistics.useCases.map { counts in
            JSONPairs([("use_case", JSONPairs.literal(counts.useCase))] + members(counts)).text
        }
        return members(statistics.total) + [
            ("use_cases", "[" + useCases.joined(separator: ",") + "]"),
            ("daemons", "[" + statistics.daemons.map(\.json).joined(separator: ",") + "]"),
            ("unserved", "[" + statistics.unserved.map(\.unservedJSON).joined(separator: ",") + "]"),
            ("unserved_queues", "[" + statistics.unservedQueues.map(\.json).joined(separator: ",") + "]"),
            ("refused_writes", "\(statistics.refusedWrites)"),
            ("callbacks", statistics.callbacks.json),
            ("schedules", statistics.schedules.json),
            ("held_xmin_horizon_seconds", JSONPairs.number(statistics.xminHorizon?.seconds)),
            ("held_xmin_horizon_transactions", statistics.xminHorizon.map { "\($0.transactions)" } ?? "null"),
            ("commits_awaiting_standby", "\(statistics.standbyWait?.sessions ?? 0)"),
            ("held_xmin_horizon_by", JSONPairs.literal(statistics.xminHorizon?.holder)),
            ("counted_seconds_ago", JSONPairs.number(statistics.countedAgo ?? 0)),
            ("estimated", "\(statistics.isEstimate)"), ("data_age_seconds", JSONPairs.number(statistics.dataAge)),
        ]
    }

    private func members(_ counts: UseCaseCounts) -> [(String, String)] {
        let ended = { (count: Int) in countsEnded ? "\(count)" : "null" }
        return [
            ("pending", "\(counts.due + counts.scheduled)"), ("due", "\(counts.due)"),
            ("held", "\(counts.held)"), ("scheduled", "\(counts.scheduled)"), ("running", "\(counts.running)"),
            ("done", ended(counts.done)),
            ("error", ended(counts.error)), ("failed_starts", counts.failedStarts.map { "\($0)" } ?? "null"),
            ("oldest_due_seconds", JSONPairs.number(counts.oldestDue)),
            ("callbacks_delivered", ended(counts.callbacksDelivered)),
            ("callbacks_failed", ended(counts.callbacksFailed)),
            ("callbacks_outstanding", ended(counts.callbacksOutstanding)),
        ]
    }
}

extension UseCaseCounts {
    fileprivate var unservedJSON: String {
        JSONPairs([
            ("use_case", JSONPairs.literal(useCase)), ("pending", "\(due + scheduled)"),
            ("oldest_due_seconds", JSONPairs.number(oldestDue)),
        ]).text
    }
}

extension UnservedQueue {
    fileprivate var json: String { JSONPairs([("queue", JSONPairs.literal(queue)), ("due", "\(jobs)")]).text }
}

extension ScheduleOutlook {
    fileprivate var json: String {
        JSONPairs([
            ("on", "\(counts.on)"), ("paused", "\(counts.paused)"), ("halted", "\(counts.halted)"),
            ("next_at", JSONPairs.literal(nextAt?.text)), ("last_at", JSONPairs.literal(counts.lastFire?.text)),
            ("late", "\(late)"), ("oldest_late_seconds", JSONPairs.number(oldestLate)),
        ]).text
    }
}

extension CallbackCounts {
    fileprivate var json: String {
        JSONPairs([
            ("due", "\(due)"), ("retrying", "\(retrying)"), ("failed", "\(failed)"),
            ("oldest_seconds", JSONPairs.number(oldest)),
        ]).text
    }
}
