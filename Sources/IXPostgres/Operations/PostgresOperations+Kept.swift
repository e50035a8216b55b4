import FoundationEssentials
import IXCore
import IXStore

extension PostgresOperations {
    /// The longest wait of a repeated end for a lock on the whole table, in milliseconds.
    private static let tableWait = "200"

    /// Ends an attempt whose row another transaction had locked. While the lock lasts, throws `locked` without a wait.
    /// Takes several round trips, which an end's first try doesn't need.
    func completeUnlessLocked(_ completion: Completion) throws(StoreError) -> CompletionResult {
        try inTransaction { () throws(StoreError) -> CompletionResult in
            guard try run(PostgresLink.Call(.lockHeld, completion.fence(.jobID, .attempts, .claimID))).count == 0 else {
                return try completeNow(completion)
            }
            guard let row = try run(.readEnd, [completion.attempt.jobID.uuidString]).first else { return .fenced }
            if row.uuid("finished_claim") == completion.attempt.claimID {
                return .ended(try row.status("status"), isCallbackDue: row.bool("is_callback_due"))
            }
            guard row.uuid("claim_id") == completion.attempt.claimID, row.text("status") == JobStatus.running.rawValue
            else {
                return .fenced
            }
            throw PostgresError.locked.storeError(Statement.lockHeld.rawValue)
        }
    }

    private func inTransaction<Value>(_ body: () throws(StoreError) -> Value) throws(StoreError) -> Value {
        // Inside a caller's own transaction the caller's limits hold.
        guard link.isReusable else { return try body() }
        do {
            return try PostgresTransaction(link: link, timeout: timeout, unleasedAfter: unleasedAfter).run { _ in
                _ = try run(.limitLockWaits, [Self.tableWait])  // ignored: it answers with the limit
                return try body()
            }
        } catch let error as StoreError { throw error } catch {
            throw StoreError(.internal, operation: "completion", message: "\(error)")
        }
    }
}

extension PostgresLink {
    /// True when no second connection can look at this connection's waits, as behind a pooler; the server then limits
    /// the waits of ends.
    var isLimitingLockWaits: Bool { !isPrepared }
}
