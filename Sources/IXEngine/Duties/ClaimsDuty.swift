import FoundationEssentials
import IXConcurrency
import IXStore
import IXTelemetry
import Logging
import Synchronization

/// `ClaimsDuty` compares the claims in the table with the runs of this daemon. A run whose claim is gone or cancelled
/// is stopped. A claim whose reply was lost is handed back.
final class ClaimsDuty: Duty {
    let name = "the check of the claims"
    let interval: Duration
    let asksStore = true
    private let shared: WorkerContext
    private let store: RoleStore<any JobUpkeep>
    /// The open breakers as this daemon last recorded in the store.
    private let reportedBreakers = Locked<[OpenBreaker]>([])
    /// The served use cases as this daemon last recorded in the store.
    private let reportedServed = Locked<[String]?>(nil)
    private let state = Mutex(State())

    private struct State {
        /// The number of claims at the last round, and the moment when that number had last changed.
        var claims = -1
        var changed = ContinuousClock.now
        /// True when the store held no claim of this daemon at the last look, and none was asked for since.
        var heldNone = false
        /// The number of times that the daemon got another entry in the store.
        var entries = 0
    }

    init(_ shared: WorkerContext, store: RoleStore<any JobUpkeep>) {
        self.shared = shared
        self.store = store
        interval = shared.settings.heartbeat
    }

    func round(progress: @Sendable () -> Void) async throws(StoreError) {
        let daemonID = shared.registration.daemonID
        if isWorthAsking() { try await compareClaims(daemonID, progress) }
        try await reportServed(daemonID)
        try await reportBreakers(daemonID)
    }

    /// False once the store has held no claim of this daemon for as long as a claim whose reply was lost may take, and none was
    /// asked for since.
    private func isWorthAsking() -> Bool {
        let (count, now, settings) = (shared.running.claimCount, ContinuousClock.now, shared.settings)
        return state.withLock { state in
            if count != state.claims { (state.claims, state.changed, state.heldNone) = (count, now, false) }
            return !state.heldNone || now - state.changed < settings.lease + settings.callTimeout
        }
    }

    private func compareClaims(_ daemonID: UUID, _ progress: @Sendable () -> Void) async throws(StoreError) {
        let entries = state.withLock { $0.entries }
        // The runs are read before the store is asked, so that the reply contains the row of every run in the list.
        let runs = shared.running.runsByClaim
        let held = try await store.perform { try $0.heldClaims(daemonID) }
        compare(runs, held)
        let running = shared.running.claimIDs
        if !Set(held.map(\.claimID)).isSubset(of: running) {
            progress()
            try await handBackLost(daemonID, running)
        }
        state.withLock { state in
            if state.entries == entries, state.claims == shared.running.claimCount { state.heldNone = held.isEmpty }
        }
    }

    /// Records the served use cases in the store, at the start and after each reload that changed the list.
    private func reportServed(_ daemonID: UUID) async throws(StoreError) {
        let served = shared.admission.served
        guard served != reportedServed.value else { return }
        try await store.perform { try $0.recordServed(daemonID, served) }
        reportedServed.value = served
    }

    /// Forgets the recorded breakers, because the store has a new entry of this daemon without breakers.
    func forgetReported() {
        reportedBreakers.value = []
        state.withLock { ($0.heldNone, $0.entries) = (false, $0.entries + 1) }
    }

    private func reportBreakers(_ daemonID: UUID) async throws(StoreError) {
        let open = shared.admission.openBreakers
        guard open != reportedBreakers.value else { return }
        try await store.perform { try $0.recordBreakers(daemonID, open) }
        reportedBreakers.value = open
    }

    private func compare(_ runs: [(claimID: UUID, run: JobRun)], _ held: [HeldClaim]) {
        let ours = Set(held.map(\.claimID))
        let taken = runs.count { !ours.contains($0.claimID) && $0.run.stop(.taken) }
        if taken > 0 { shared.logger.log(.runsTaken, ["count": .number(taken)]) }
        let cancelled = shared.running.cancel(held.filter(\.isCancelled).map(\.claimID))
        if cancelled > 0 { shared.logger.log(.runsCancelled, ["count": .number(cancelled)]) }
    }

    private func handBackLost(_ daemonID: UUID, _ running: [UUID]) async throws(StoreError) {
        let older = shared.settings.callTimeout + .seconds(1)
        let lost = try await store.perform {
            try $0.handBackLostClaims(daemonID, running: running, older: older)
        }
        for row in lost {
            var logger = shared.logger
            logger.add(row.names)
            shared.effects.conclude(row, by: .lostClaim)
            logger.log(.lostClaimHandedBack, ["job_id": "\(row.jobID.uuidString.lowercased())"])
            shared.idleWorkers.wake()
        }
    }
}
