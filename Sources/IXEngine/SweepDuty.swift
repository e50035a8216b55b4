import FoundationEssentials
import IXCore
import IXLogs
import IXStore
import Logging

/// Hands orphaned jobs back: rows whose worker's lease has run out, or that an old worker left lying. And ends those that
/// nobody has started in their time.
struct SweepDuty: Duty {
    let name = "the sweep"
    let asksStore = true
    let shared: WorkerShared
    let store: any JobStore
    private static let batch = 100

    var interval: Duration { shared.settings.sweep }

    func round(step: @Sendable () -> Void) async throws(StoreError) {
        let unleasedAfter = shared.settings.unleasedAfter
        try await untilNoneIsLeft(step) { try $0.sweepOrphans(limit: Self.batch, unleasedAfter: unleasedAfter) }
        try await untilNoneIsLeft(step) { try $0.expirePending(limit: Self.batch) }
        step()
        try await store.perform { try $0.forgetProgress(limit: Self.batch) }
    }

    private func untilNoneIsLeft(
        _ step: @Sendable () -> Void,
        _ batch: @escaping @Sendable (any JobOperations) throws -> [HandedBack]
    ) async throws(StoreError) {
        while true {
            step()
            let moved = try await store.perform(batch)
            for row in moved { tell(row) }
            if moved.count < Self.batch { return }
        }
    }

    func tell(_ row: HandedBack) {
        var logger = shared.logger
        logger[metadataKey: "job_id"] = "\(row.jobID.uuidString.lowercased())"
        logger.add(row.names)
        if row.status == .pending {
            logger.tell(.jobSwept, ["attempts": "\(row.attempts)"])
            shared.gate.hint()
        } else if row.errorCode == "attempts_exhausted" {
            logger.tell(.jobExhausted, ["attempts": "\(row.attempts)"])
        } else {
            logger.tell(.jobError, ["code": "\(row.errorCode ?? "")"])
        }
        if row.owesCallback { shared.callbacks.hint() }
    }
}
