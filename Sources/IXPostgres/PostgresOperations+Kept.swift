import FoundationEssentials
import IXCore
import IXStore

extension PostgresOperations {
    /// How long an end that is tried again may wait for a lock on the whole table, in milliseconds.
    private static let tableWait = "200"

    /// The end of a job whose row another transaction held before: it passes over the row while that lasts, and throws
    /// `locked`. Several round trips, which an end at its first try doesn't pay.
    func finishUnlessLocked(_ finish: Finish) throws(StoreError) -> FinishResult {
        try inTransaction { () throws(StoreError) -> FinishResult in
            guard try run(PostgresLink.Call(.lockHeld, finish.fence(.jobID, .attempts, .claimID))).count == 0 else {
                return try finishNow(finish)
            }
            guard let row = try run(.readEnd, [finish.attempt.jobID.uuidString]).first else { return .fenced }
            if row.uuid("finished_claim") == finish.attempt.claimID {
                return .ended(try row.status("status"), owesCallback: row.bool("owes_callback"))
            }
            guard row.uuid("claim_id") == finish.attempt.claimID, row.text("status") == JobStatus.running.rawValue
            else {
                return .fenced
            }
            throw PostgresError.locked.storeError(Statement.lockHeld.rawValue)
        }
    }

    private func inTransaction<Value>(_ body: () throws(StoreError) -> Value) throws(StoreError) -> Value {
        // Inside a caller's own transaction its limits hold.
        guard link.isReusable else { return try body() }
        do {
            return try PostgresTransaction(link: link, timeout: timeout).run { _ in
                _ = try run(.limitLockWaits, [Self.tableWait])  // ignored: it answers with the limit
                return try body()
            }
        } catch let error as StoreError { throw error } catch {
            throw StoreError(.fault, operation: "finish", message: "\(error)")
        }
    }
}

extension PostgresLink {
    /// Nothing can look at it while it waits, as behind a pooler: the server limits the waits of its ends.
    var isLimitingLockWaits: Bool { !isPrepared }
}

extension Duration {
    /// As the server takes a limit.
    var milliseconds: String { "\(components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000)" }
}
