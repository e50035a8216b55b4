import FoundationEssentials
import GRDB
import IXCore
package import IXStore

extension SQLiteOperations {
    /// Hands back orphans in a single transaction, and releases suspects. `leases` has no effect, because no lease runs out
    /// here. A look without orphans takes no writer's lock.
    package func sweepOrphans(
        limit: Int, leases: SweptLeases
    ) throws(StoreError) -> [HandedBack] {
        guard try !read("read_orphans", { db in try db.rows(.readOrphans, [limit]) }).isEmpty else { return [] }
        return try write("sweep_orphans") { db in
            let held = try db.rows(.readOrphans, [limit]).map(HeldRow.init)
            let orphans = try held.map { row in
                let isSuspect = try db.row(.isSuspect, [row.jobID.text]) != nil
                let daemonID = row.daemonID.flatMap { UUID(uuidString: $0) }
                return Orphan(jobID: row.jobID, daemonID: daemonID, maxAttempts: row.maxAttempts, isSuspect: isSuspect)
            }
            let rows = Dictionary(held.map { ($0.jobID, $0) }, uniquingKeysWith: { first, _ in first })
            let back = try orphans.deaths.flatMap { try Self.take($0, rows, db) }
            _ = try Self.releaseSuspects(db)
            return back
        }
    }

    /// Deletes ended suspects and makes further suspects due. Without suspects takes no writer's lock.
    package func updateSuspects() throws(StoreError) -> SuspectCount {
        guard try read("count_suspects", Self.countSuspects) > 0 else { return .none }
        return try write("update_suspects") { db in
            try db.run(.clearSuspects)
            return try Self.releaseSuspects(db)
        }
    }

    /// Makes at most 1,000 jobs due whose created_at lies in the future after a step of the clock; returns their
    /// number.
    package func catchUpPending() throws(StoreError) -> Int {
        try write("catch_up_pending") { db in
            try db.rows(.catchUpPending, [Timestamp.now.text, (Timestamp.now + .seconds(1)).text]).count
        }
    }

    /// Makes at most 1,000 callbacks due whose times lie in the future after a step of the clock; returns their number.
    package func catchUpCallbacks() throws(StoreError) -> Int {
        try write("catch_up_callbacks") { db in
            try db.rows(.catchUpCallbacks, [Timestamp.now.text, (Timestamp.now + .seconds(1)).text]).count
        }
    }

    /// Hands back the jobs of a dead daemon, and makes the pending jobs suspects.
    private static func take(_ death: [Orphan], _ rows: [UUID: HeldRow], _ db: Database) throws -> [HandedBack] {
        let width = try db.row(.countSuspects)?["width"] as Int?
        let rule = SuspectRule(running: death.count, suspects: death.count { $0.isSuspect }, width: width)
        var back: [HandedBack] = []
        var isFound = false
        for orphan in death {
            let isCharged = orphan.isCharged(by: rule)
            guard let handed = try rows[orphan.jobID]?.handBack(isCharged ? .orphan : .suspect, .now, db) else {
                continue
            }
            back.append(handed)
            if handed.status == .error, isCharged, rule.chargesSuspect { isFound = true }
            if handed.status == .pending, orphan.daemonID != nil {
                try db.run(.addSuspect, [orphan.jobID.text, rule.width])
            }
        }
        guard death[0].daemonID != nil else { return back }
        try db.run(.clearSuspects)
        try db.run(.setWidth, [isFound ? SuspectRule.half(of: countSuspects(db)) : rule.width])
        return back
    }

    private static func releaseSuspects(_ db: Database) throws -> SuspectCount {
        try db.run(.noteStarted)
        let chosen = try db.rows(.findHeld)
        let now = Timestamp.now
        for row in chosen {
            try db.run(.releaseSuspect, [row["job_id"] as String?])
            try db.run(.makeDue, [row["job_id"] as String?, row["run_at"] as String?, now.text])
        }
        try db.run(.putOff, [(now + .seconds(3600)).text, (now + .seconds(1800)).text])
        return SuspectCount(suspects: try countSuspects(db), released: chosen.count)
    }

    private static func countSuspects(_ db: Database) throws -> Int {
        try db.row(.countSuspects)?["suspects"] as Int? ?? 0
    }
}
