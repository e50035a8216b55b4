import FoundationEssentials
import IXLogs
import IXStore
import Logging

/// Compares the claims in the table with what really runs: stops what is held here no longer or was cancelled, and hands back
/// claims whose replies were lost.
final class ClaimsDuty: Duty {
    let name = "the look at the claims"
    let interval: Duration
    let asksStore = true
    private let shared: WorkerShared
    private let store: any JobStore
    /// As the store has them.
    private let told = Live<[OpenBreaker]>([])
    private let toldServed = Live<[String]?>(nil)

    init(_ shared: WorkerShared, store: any JobStore) {
        self.shared = shared
        self.store = store
        interval = shared.settings.heartbeat
    }

    func round(step: @Sendable () -> Void) async throws(StoreError) {
        let workerID = shared.registration.workerID
        // Looked at first: a run that began before the answer has a row that the answer shows.
        let runs = shared.running.runsByClaim
        let held = try await store.perform { try $0.heldClaims(workerID) }
        compare(runs, held)
        let running = shared.running.claimIDs
        if !Set(held.map(\.claimID)).isSubset(of: running) {
            step()
            try await handBackLost(workerID, running)
        }
        try await tellServed(workerID)
        try await tellBreakers(workerID)
    }

    /// After a reload, and once at first.
    private func tellServed(_ workerID: UUID) async throws(StoreError) {
        let served = shared.admission.served
        guard served != toldServed.value else { return }
        try await store.perform { try $0.recordServed(workerID, served) }
        toldServed.value = served
    }

    /// The store has a new entry of this daemon, without its breakers.
    func forgetTold() { told.value = [] }

    private func tellBreakers(_ workerID: UUID) async throws(StoreError) {
        let open = shared.admission.openBreakers
        guard open != told.value else { return }
        try await store.perform { try $0.recordBreakers(workerID, open) }
        told.value = open
    }

    private func compare(_ runs: [(claimID: UUID, run: Run)], _ held: [HeldClaim]) {
        let ours = Set(held.map(\.claimID))
        let taken = runs.count { !ours.contains($0.claimID) && $0.run.stop(.taken) }
        if taken > 0 { shared.logger.tell(.runsTaken, ["count": "\(taken)"]) }
        let cancelled = shared.running.cancel(held.filter(\.isCancelled).map(\.claimID))
        if cancelled > 0 { shared.logger.tell(.runsCancelled, ["count": "\(cancelled)"]) }
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
