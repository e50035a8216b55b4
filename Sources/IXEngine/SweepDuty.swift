import FoundationEssentials
import IXCore
import IXLogs
import IXStore
import Logging
import Synchronization

/// Hands orphaned jobs back: rows whose worker's lease has run out, or that an old worker left lying. And ends those that
/// nobody has started in their time.
final class SweepDuty: Duty {
    let name = "the sweep"
    let asksStore = true
    private let shared: WorkerShared
    private let store: any JobStore
    private let heartbeat: HeartbeatDuty
    /// A sweep may have made suspects.
    private let onSwept = Live<@Sendable () -> Void>({})
    private let rounds = Atomic(0)
    /// As many as one daemon runs at most, so that its death is looked at as a whole.
    private static let batch = 1000
    /// What runs told lies about only after a daemon's death, and does no harm.
    private static let roundsBetweenProgress = 6

    init(_ shared: WorkerShared, store: any JobStore, heartbeat: HeartbeatDuty) {
        self.shared = shared
        self.store = store
        self.heartbeat = heartbeat
    }

    var interval: Duration { shared.settings.sweep }

    func round(step: @Sendable () -> Void) async throws(StoreError) {
        // Results that are held here come first: a sweep might take their jobs.
        if !shared.kept.isEmpty { try await shared.kept.write() }
        step()
        let unleasedAfter = shared.settings.unleasedAfter
        let leases = heartbeat.sweptLeases
        try await untilNoneIsLeft(step) {
            try $0.sweepOrphans(limit: Self.batch, unleasedAfter: unleasedAfter, leases: leases)
        }
        let early = try await store.perform { try $0.catchUpPending() }
        if early > 0 { shared.gate.hint(early) }
        if heartbeat.takeStepBack() { try await catchUpCallbacks(step) }
        try await untilNoneIsLeft(step) { try $0.expirePending(limit: Self.batch) }
        guard rounds.add(1, ordering: .relaxed).oldValue % Self.roundsBetweenProgress == 0 else { return }
        step()
        try await store.perform { try $0.forgetProgress(limit: Self.batch) }
    }

    private func catchUpCallbacks(_ step: @Sendable () -> Void) async throws(StoreError) {
        repeat { step() } while try await store.perform { try $0.catchUpCallbacks() } > 0
        shared.callbacks.hint()
    }

    func onSwept(_ body: @escaping @Sendable () -> Void) { onSwept.value = body }

    private func untilNoneIsLeft(
        _ step: @Sendable () -> Void,
        _ batch: @escaping @Sendable (any JobOperations) throws -> [HandedBack]
    ) async throws(StoreError) {
        while true {
            step()
            let moved = try await store.perform(batch)
            for row in moved { tell(row) }
            if !moved.isEmpty { onSwept.value() }
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
