import IXStore

extension JobStore {
    /// Returns true when this store has committed the batch. The answer is final, because the call waits for a
    /// transaction which is carrying out the batch.
    func hasMoved(_ batch: MovedBatch) async throws -> Bool {
        do {
            try await transaction { if try $0.enterMovedBatch(batch) { throw NotMoved() } }
            return true
        } catch is NotMoved { return false }
    }

    /// Records a batch; returns false when the batch was recorded before.
    @discardableResult
    func enter(_ batch: MovedBatch) async throws -> Bool { try await transaction { try $0.enterMovedBatch(batch) } }
}

/// Rolls back a transaction which only read.
private struct NotMoved: Error {}
