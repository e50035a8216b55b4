import CLibPQ
import FoundationEssentials
import IXCore
package import IXStore

extension PostgresOperations {
    /// Hands back orphans in one transaction, daemon by daemon, and releases suspects. An empty look takes no
    /// transaction, and takes old declarations of dead daemons away.
    package func sweepOrphans(
        limit: Int, leases: SweptLeases
    ) throws(StoreError) -> [HandedBack] {
        let judged: [String?] = ["\(limit)", unleasedAfter.seconds, leases.moment]
        let orphans = try run(.findOrphans, judged).all.compactMap(Orphan.init)
        guard !orphans.isEmpty else {
            _ = try run(.cutRunning, [])
            return []
        }
        defer { view.distrust() }
        return try inTransaction { () throws(StoreError) in
            var back: [HandedBack] = []
            for death in orphans.deaths { back += try take(death, judged) }
            _ = try releaseSuspects()
            return back
        }
    }

    /// Deletes ended suspects and makes further suspects due. Without suspects the cost is one count of an empty table.
    package func updateSuspects() throws(StoreError) -> SuspectCount {
        guard try countSuspects() > 0 else { return .none }
        return try inTransaction { () throws(StoreError) in
            _ = try run(.lockSuspects, [])
            _ = try run(.clearSuspects, [])
            let count = try releaseSuspects()
            if count.released > 0 { view.distrust() }
            return count
        }
    }

    /// Makes at most 1,000 jobs due whose created_at lies in the future after a step of the clock; returns their
    /// number.
    package func catchUpPending() throws(StoreError) -> Int {
        let count = try run(.catchUpPending, []).count
        if count > 0 { view.distrust() }
        return count
    }

    /// Makes at most 1,000 callbacks due whose times lie in the future after a step of the clock; returns their number.
    package func catchUpCallbacks() throws(StoreError) -> Int { try run(.catchUpCallbacks, []).count }

    /// Hands back the jobs of a dead daemon, and makes the pending jobs suspects.
    private func take(_ death: [Orphan], _ judged: [String?]) throws(StoreError) -> [HandedBack] {
        let width = try run(.lockSuspects, []).first?.text("width").flatMap { Int($0) }
        let rule = SuspectRule(running: death.count, suspects: death.count { $0.isSuspect }, width: width)
        let charged = death.filter { $0.isCharged(by: rule) }.map(\.jobID)
        let spared = death.filter { !$0.isCharged(by: rule) }.map(\.jobID)
        let back = try handBack(spared, judged, usesUpStart: false) + handBack(charged, judged, usesUpStart: true)
        // Either another daemon was quicker, or the jobs are foreign code's and tell nothing about a daemon.
        guard !back.isEmpty, death[0].daemonID != nil else { return back }
        let waiting = back.filter { $0.status == .pending }.map(\.jobID)
        _ = try run(.holdSuspects, [waiting.array, "\(rule.width)"])
        _ = try run(.clearSuspects, [])
        let isFound = rule.chargesSuspect && back.contains { $0.status == .error && charged.contains($0.jobID) }
        _ = try run(.setWidth, ["\(isFound ? SuspectRule.half(of: countSuspects()) : rule.width)"])
        return back
    }

    private func handBack(
        _ jobIDs: [UUID], _ judged: [String?], usesUpStart: Bool
    ) throws(StoreError) -> [HandedBack] {
        guard !jobIDs.isEmpty else { return [] }
        return tellingDependents(
            try run(.sweepOrphans, judged + [jobIDs.array, usesUpStart ? "f" : "t"]).map(HandedBack.init))
    }

    private func countSuspects() throws(StoreError) -> Int {
        Int(try run(.countSuspects, []).first?.text("suspects") ?? "") ?? 0
    }

    private func releaseSuspects() throws(StoreError) -> SuspectCount {
        guard let row = try run(.releaseSuspects, []).first else { return .none }
        return SuspectCount(
            suspects: Int(row.text("suspects") ?? "") ?? 0, released: Int(row.text("released") ?? "") ?? 0)
    }

    /// Runs several statements that see each other's results, in a transaction of their own or in the caller's.
    private func inTransaction<Value>(_ body: () throws(StoreError) -> Value) throws(StoreError) -> Value {
        guard PQtransactionStatus(link.handle) == PQTRANS_IDLE else { return try body() }
        do {
            return try PostgresTransaction(link: link, timeout: timeout).perform { try body() }
        } catch let error as StoreError { throw error } catch {
            throw StoreError(.internal, operation: "sweep", message: "\(error)")
        }
    }

    /// Runs a statement about the transaction, and returns the server's answer.
    @discardableResult
    func script(_ sql: String) throws(StoreError) -> String {
        do { return try link.script(sql, by: Deadline(after: timeout)).commandTag } catch {
            throw error.storeError("transaction")
        }
    }
}

extension Orphan {
    fileprivate init?(_ row: PostgresRows.Row) {
        guard let jobID = row.uuid("job_id") else { return nil }
        self.init(
            jobID: jobID, daemonID: row.uuid("daemon_id"),
            maxAttempts: Int(row.text("max_attempts") ?? "") ?? 0, isSuspect: row.bool("suspect"))
    }
}

extension SweptLeases {
    /// The latest moment by which the statements judge leases, in seconds since 1970.
    fileprivate var moment: String {
        switch self {
        case .runOut: "Infinity"
        case .runOutBefore(let seconds): "\(seconds)"
        case .ended: "-Infinity"
        }
    }
}
