import IXStore

extension JobStore {
    /// Whether a batch was carried out in this store; final, since a transaction that is at it is waited for.
    func hasMoved(_ batch: MovedBatch) async throws -> Bool {
        do {
            try await transaction { if try $0.enterMovedBatch(batch) { throw NotMoved() } }
            return true
        } catch is NotMoved { return false }
    }

    /// Remembers a batch; false when it was remembered before.
    @discardableResult
    func enter(_ batch: MovedBatch) async throws -> Bool { try await transaction { try $0.enterMovedBatch(batch) } }
}

/// Rolls back what only looked.
private struct NotMoved: Error {}
