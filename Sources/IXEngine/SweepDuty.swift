import FoundationEssentials
import IXCore
import IXStore
import Logging

/// Hands orphaned jobs back: rows whose worker's lease has run out, or that an old worker left lying.
struct SweepDuty: Duty {
    let interval: Duration
    let asksStore = true
    let unleasedAfter: Duration
    let store: any JobStore
    let callbacks: any CallbackSink
    let gate: WakeGate
    let logger: Logger
    private static let batch = 100

    init(_ shared: WorkerShared, store: any JobStore) {
        interval = shared.settings.sweep
        unleasedAfter = shared.settings.unleasedAfter
        self.store = store
        callbacks = shared.callbacks
        gate = shared.gate
        logger = shared.logger
    }

    func round() async throws(StoreError) {
        while true {
            let swept = try await store.perform { [unleasedAfter] in
                try $0.sweepOrphans(limit: Self.batch, unleasedAfter: unleasedAfter)
            }
            for row in swept { tell(row) }
            if swept.count < Self.batch { return }
        }
    }

    func tell(_ row: HandedBack) {
        var logger = logger
        logger[metadataKey: "job_id"] = "\(row.jobID.uuidString.lowercased())"
        logger.add(row.names)
        if row.status == .pending {
            logger.notice("orphaned job swept back to pending", metadata: ["attempts": "\(row.attempts)"])
            gate.hint()
        } else {
            logger.error("orphaned job ended: its starts are used up", metadata: ["attempts": "\(row.attempts)"])
        }
        if let callback = row.callback { callbacks.send(callback) }
    }
}
