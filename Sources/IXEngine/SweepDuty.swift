import FoundationEssentials
import IXCore
import IXLogs
import IXStore
import Logging

/// Hands orphaned jobs back: rows whose worker's lease has run out, or that an old worker left lying.
struct SweepDuty: Duty {
    let name = "the sweep"
    let asksStore = true
    let shared: WorkerShared
    let store: any JobStore
    private static let batch = 100

    var interval: Duration { shared.settings.sweep }

    func round(step: @Sendable () -> Void) async throws(StoreError) {
        while true {
            step()
            let unleasedAfter = shared.settings.unleasedAfter
            let swept = try await store.perform {
                try $0.sweepOrphans(limit: Self.batch, unleasedAfter: unleasedAfter)
            }
            for row in swept { tell(row) }
            if swept.count < Self.batch { return }
        }
    }

    func tell(_ row: HandedBack) {
        var logger = shared.logger
        logger[metadataKey: "job_id"] = "\(row.jobID.uuidString.lowercased())"
        logger.add(row.names)
        if row.status == .pending {
            logger.tell(.jobSwept, ["attempts": "\(row.attempts)"])
            shared.gate.hint()
        } else {
            logger.tell(.jobExhausted, ["attempts": "\(row.attempts)"])
        }
        if let callback = row.callback { shared.callbacks.send(callback) }
    }
}
