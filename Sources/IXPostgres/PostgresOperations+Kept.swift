import FoundationEssentials
import IXCore
import IXStore

extension PostgresOperations {
    /// The longest wait of a repeated end for a lock on the whole table, in milliseconds.
    private static let tableWait = "200"

    /// Ends an attempt whose row another transaction had locked. While the lock lasts, throws `locked` without a wait.
    /// Takes several round trips, which an end's first try doesn't need.
    func finishUnlessLocked(_ finish: Finish) throws(StoreError) -> FinishResult {
        try inTransaction { () throws(StoreError) -> FinishResult in
            guard try run(PostgresLink.Call(.lockHeld, finish.fence(.jobID, .attempts, .claimID))).count == 0 else {
                return try finishNow(finish)
            }
            guard let row = try run(.readEnd, [finish.attempt.jobID.uuidString]).first else { return .fenced }
            if row.uuid("finished_claim") == finish.attempt.claimID {
                return .ended(row.status("status"), owesCallback: row.bool("owes_callback"))
            }
            guard row.uuid("claim_id") == finish.attempt.claimID, row.status("status") == .running else {
                return .fenced
            }
            throw PostgresError.locked.storeError(Statement.lockHeld.rawValue)
        }
    }

    private func inTransaction<Value>(_ body: () throws(StoreError) -> Value) throws(StoreError) -> Value {
        // Inside a caller's own transaction the caller's limits hold.
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
    /// True when no second connection can look at this connection's waits, as behind a pooler; the server then limits
    /// the waits of ends.
    var isLimitingLockWaits: Bool { !isPrepared }
}

extension Duration {
    /// Milliseconds as text, the server's form of a limit.
    var milliseconds: String { "\(components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000)" }
}
