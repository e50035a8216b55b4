import FoundationEssentials
import IXConcurrency
import IXCore
import IXStore
import IXTelemetry
import Logging
import Synchronization

/// `SweepDuty` hands back orphaned jobs: rows whose daemon's lease has run out, and rows abandoned by a legacy worker.
/// The duty also ends jobs that no worker started before their expiry.
final class SweepDuty: Duty {
    let name = "the sweep"
    let asksStore = true
    private let shared: WorkerContext
    private let store: RoleStore<any JobUpkeep>
    private let heartbeat: HeartbeatDuty
    /// Called after a sweep moved jobs and may have made suspects.
    private let onSwept = Locked<@Sendable () -> Void>({})
    private let rounds = Atomic(0)
    /// The maximum number of jobs that a daemon runs at once, so that a single transaction sees all jobs of a dead
    /// daemon.
    private static let batch = 1000
    /// Stale progress rows remain only after a daemon has died, and are harmless. The rows are therefore deleted once
    /// in six sweeps.
    private static let roundsBetweenProgress = 6

    init(_ shared: WorkerContext, store: RoleStore<any JobUpkeep>, heartbeat: HeartbeatDuty) {
        self.shared = shared
        self.store = store
        self.heartbeat = heartbeat
    }

    /// `ForeignWorkDuty` asks at the interval of the configuration, and wakes the sweep where it has work.
    var interval: Duration { shared.settings.sweep * 6 }

    /// A kept completion is this daemon's own.
    var isShared: Bool { shared.kept.isEmpty }

    func round(progress: @Sendable () -> Void) async throws(StoreError) {
        // Kept completions are written first, because the sweep might hand their jobs back.
        if !shared.kept.isEmpty { try await shared.kept.write() }
        progress()
        let leases = heartbeat.sweptLeases
        try await untilNoneIsLeft(.sweep, progress) {
            try $0.sweepOrphans(limit: Self.batch, leases: leases)
        }
        let early = try await store.perform { try $0.catchUpPending() }
        if early > 0 { shared.idleWorkers.wake(early) }
        if heartbeat.takeStepBack() { try await catchUpCallbacks(progress) }
        try await untilNoneIsLeft(.expiry, progress) { try $0.expirePending(limit: Self.batch) }
        progress()
        try await store.perform { try $0.lookAtBatches() }
        guard rounds.add(1, ordering: .relaxed).oldValue % Self.roundsBetweenProgress == 0 else { return }
        progress()
        try await store.perform { try $0.forgetProgress(limit: Self.batch) }
    }

    private func catchUpCallbacks(_ progress: @Sendable () -> Void) async throws(StoreError) {
        repeat { progress() } while try await store.perform { try $0.catchUpCallbacks() } > 0
        shared.callbacks.wake()
    }

    func onSwept(_ body: @escaping @Sendable () -> Void) { onSwept.value = body }

    private func untilNoneIsLeft(
        _ cause: EndEffects.Cause, _ progress: @Sendable () -> Void,
        _ batch: @escaping @Sendable (any JobUpkeep) throws -> [HandedBack]
    ) async throws(StoreError) {
        while true {
            progress()
            let moved = try await store.perform(batch)
            for row in moved { log(row, cause) }
            if !moved.isEmpty { onSwept.value() }
            if moved.count < Self.batch { return }
        }
    }

    private func log(_ row: HandedBack, _ cause: EndEffects.Cause) {
        var logger = shared.logger
        logger[metadataKey: "job_id"] = "\(row.jobID.uuidString.lowercased())"
        logger.add(row.names)
        if row.status == .pending {
            logger.log(.jobSwept, ["attempts": .number(row.attempts)])
            shared.idleWorkers.wake()
        } else if row.errorCode == "attempts_exhausted" {
            logger.log(.jobExhausted, ["attempts": .number(row.attempts)])
        } else {
            logger.log(.jobError, ["code": "\(row.errorCode ?? "")"])
        }
        shared.effects.conclude(row, by: cause)
    }
}
