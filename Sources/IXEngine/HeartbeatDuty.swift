import FoundationEssentials
import IXLogs
import IXStore
import Logging
import Synchronization

/// Keeps the lease for all the jobs of this process, and compares the table with what really runs.
///
/// When no heartbeat gets through for as long as the lease lasts, others may take the jobs: the pipelines are stopped
/// before that, and the process registers anew.
final class HeartbeatDuty: Duty {
    let name = "the heartbeat"
    let interval: Duration
    let asksStore = true
    private let shared: WorkerShared
    private let store: any JobStore
    private let lastRenewal = Mutex(ContinuousClock.now)
    private let onNewIdentity: @Sendable (UUID) -> Void
    /// As the store has them.
    private let told = Live<[OpenBreaker]>([])
    private let toldServed = Live<[String]?>(nil)

    init(_ shared: WorkerShared, store: any JobStore, onNewIdentity: @escaping @Sendable (UUID) -> Void) {
        self.shared = shared
        self.store = store
        self.onNewIdentity = onNewIdentity
        interval = shared.settings.heartbeat
    }

    func register() async throws(StoreError) {
        let start = ContinuousClock.now
        var identity = shared.registration.identity
        identity.serves = shared.admission.served
        let (entry, lease) = (identity, shared.settings.lease)
        try await store.perform { try $0.registerWorker(entry, lease: lease) }
        toldServed.value = entry.serves
        lastRenewal.withLock { $0 = start }
        onNewIdentity(identity.workerID)
    }

    func round(step: @Sendable () -> Void) async throws(StoreError) {
        let start = ContinuousClock.now
        let workerID = shared.registration.workerID
        let lease = shared.settings.lease
        // Looked at first: a run that began before the answer has a row that the answer shows.
        let runs = shared.running.runsByClaim
        let held = try await store.perform { try $0.renewLease(workerID, lease: lease) }
        guard let held else { return try await registerAnew() }
        lastRenewal.withLock { $0 = start }
        compare(runs, held)
        let running = shared.running.claimIDs
        if !Set(held.map(\.claimID)).isSubset(of: running) {
            step()
            try await handBackLost(workerID, running)
        }
        try await tellServed(workerID)
        try await tellBreakers(workerID)
    }

    /// After a reload.
    private func tellServed(_ workerID: UUID) async throws(StoreError) {
        let served = shared.admission.served
        guard served != toldServed.value else { return }
        try await store.perform { try $0.recordServed(workerID, served) }
        toldServed.value = served
    }

    private func tellBreakers(_ workerID: UUID) async throws(StoreError) {
        let open = shared.admission.openBreakers
        guard open != told.value else { return }
        try await store.perform { try $0.recordBreakers(workerID, open) }
        told.value = open
    }

    /// Stops what runs here but isn't ours in the table any more, and what somebody cancelled.
    private func compare(_ runs: [(claimID: UUID, run: Run)], _ held: [HeldClaim]) {
        let ours = Set(held.map(\.claimID))
        let taken = runs.count { !ours.contains($0.claimID) && $0.run.stop(.taken) }
        if taken > 0 { shared.logger.tell(.runsTaken, ["count": "\(taken)"]) }
        let cancelled = shared.running.cancel(held.filter(\.isCancelled).map(\.claimID))
        if cancelled > 0 { shared.logger.tell(.runsCancelled, ["count": "\(cancelled)"]) }
    }

    /// Whether the lease may end before another heartbeat gets through.
    var leaseIsRunningOut: Bool {
        ContinuousClock.now - lastRenewal.withLock { $0 } > shared.settings.lease * 0.9
    }

    /// From here on others may take the jobs.
    func loseLease() {
        let count = shared.running.stopAll(.leaseLost)
        if count > 0 { shared.logger.tell(.leaseLost, ["count": "\(count)"]) }
    }

    private func registerAnew() async throws(StoreError) {
        loseLease()
        let identity = shared.registration.renew()
        told.value = []
        shared.logger.tell(.registeredAnew, ["worker": "\(identity.workerID.uuidString.lowercased())"])
        try await register()
    }

    private func handBackLost(_ workerID: UUID, _ running: [UUID]) async throws(StoreError) {
        let older = shared.settings.callTimeout + .seconds(1)
        let lost = try await store.perform {
            try $0.handBackLostClaims(workerID, running: running, older: older)
        }
        for row in lost {
            var logger = shared.logger
            logger.add(row.names)
            if row.owesCallback { shared.callbacks.hint() }
            logger.tell(.lostClaimHandedBack, ["job_id": "\(row.jobID.uuidString.lowercased())"])
            shared.gate.hint()
        }
    }
}
