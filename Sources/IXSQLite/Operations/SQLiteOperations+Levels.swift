package import FoundationEssentials
import GRDB
import IXCore
package import IXStore

extension SQLiteOperations {
    /// Returns the kept levels and their age; nil without a row, or for a row of another form.
    package func levels() throws(StoreError) -> LevelsReading? {
        let now = Timestamp.now
        return try read("read_levels") { db in
            guard let row = try db.row(.readLevels), let levels = QueueLevels(text: row["levels"]) else { return nil }
            return LevelsReading(levels: levels, age: now.seconds(since: row["looked_at"]) ?? 0)
        }
    }

    /// Keeps the levels. The file has a single daemon, so no other daemon's look can be in the way.
    package func recordLevels(_ levels: QueueLevels, by daemonID: UUID) throws(StoreError) {
        try write("record_levels") { db in
            try db.run(.recordLevels, [daemonID.text, levels.text, Timestamp.now.text])
        }
    }

    /// Looks at the queue in one snapshot. Each count of waiting jobs stops at its limit.
    package func lookAtQueue() throws(StoreError) -> QueueLevels {
        let isHeld = DaemonLock.holder(of: file) != nil
        let now = Timestamp.now
        return try read("look_use_cases") { db in
            var levels = QueueLevels()
            levels.at = now.epochSeconds
            for row in try db.rows(.lookAtUseCases, [now.text, QueueLevels.exactly]) {
                var counts = QueueLevels.UseCase(name: row["name"], queue: row["queue"])
                (counts.due, counts.scheduled, counts.running) = (row["due"], row["scheduled"], row["running"])
                counts.held = row["held"]
                counts.oldestDue = now.seconds(since: row["oldest"]).map { levels.at - $0 }
                levels.add(counts)
            }
            // A crashed daemon leaves its entry, but not its lock; so without the lock the entry doesn't count.
            levels.note(isHeld ? try db.rows(.listDaemons).map(DaemonLease.init) : [])
            if let row = try db.row(.lookAtCallbacks, [QueueLevels.mostCallbacks]) {
                (levels.callbacksDue, levels.callbacksRetrying) = (row["due"], row["retrying"])
                levels.callbacksFailed = row["failed"]
                levels.oldestCallback = now.seconds(since: row["oldest"]).map { levels.at - $0 }
                levels.refusedWrites = row["refused"]
            }
            return levels
        }
    }

    /// Counts every waiting job by use case, by an index.
    package func countPending() throws(StoreError) -> [QueueLevels.UseCase] {
        try read("count_pending") { db in
            try db.rows(.countPending, [Timestamp.now.text]).map { row in
                var counts = QueueLevels.UseCase(name: row["name"], queue: row["queue"])
                (counts.due, counts.scheduled) = (row["due"], row["scheduled"])
                return counts
            }
        }
    }

    /// Nil: the file has no estimate.
    package func estimatePending() throws(StoreError) -> Int? { nil }
}

extension Timestamp {
    /// Seconds since 1970.
    fileprivate var epochSeconds: Double { Double(microseconds) / 1e6 }
}
