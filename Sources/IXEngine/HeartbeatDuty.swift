import FoundationEssentials
import IXLogs
import IXStore
import Logging
import Synchronization

/// Keeps the lease for all the jobs of this process, on a connection of its own, by a statement that waits for no job's row.
///
/// When no heartbeat gets through for as long as the lease lasts, others may take the jobs: the pipelines are stopped before
/// that, unless the store is down for everyone. A lease that ran out is revived, and the look at the claims tells which of
/// the jobs are still held.
final class HeartbeatDuty: Duty {
    let name = "the heartbeat"
    let interval: Duration
    let asksStore = true
    private let shared: WorkerShared
    private let store: any JobStore
    private let state: Mutex<State>
    private let onNewIdentity: @Sendable (UUID) -> Void
    /// The claims are looked at anew.
    private let onReturn = Live<@Sendable () -> Void>({})

    private struct State {
        var renewed = ContinuousClock.now
        /// When the store was last seen to be down for everyone.
        var downAt: ContinuousClock.Instant?
        var clock: LeaseClock
        /// The store's clock went back, and nothing has been done about that.
        var hasSteppedBack = false
    }

    init(_ shared: WorkerShared, store: any JobStore, onNewIdentity: @escaping @Sendable (UUID) -> Void) {
        self.shared = shared
        self.store = store
        self.onNewIdentity = onNewIdentity
        let settings = shared.settings
        interval = settings.heartbeat
        state = Mutex(State(clock: LeaseClock(lease: settings.lease, heartbeat: settings.heartbeat, at: .now)))
    }

    func onReturn(_ body: @escaping @Sendable () -> Void) { onReturn.value = body }

    /// Which leases a sweep takes for ended now.
    var sweptLeases: SweptLeases { state.withLock { $0.clock.leases(at: .now) } }

    /// Whether the store's clock has gone back since the last time this was asked.
    func takeStepBack() -> Bool {
        state.withLock { state in
            defer { state.hasSteppedBack = false }
            return state.hasSteppedBack
        }
    }

    func register() async throws(StoreError) {
        let start = ContinuousClock.now
        var identity = shared.registration.identity
        identity.serves = shared.admission.served
        let (entry, lease) = (identity, shared.settings.lease)
        try await store.perform { try $0.registerWorker(entry, lease: lease) }
        state.withLock { $0.renewed = start }
        onNewIdentity(identity.workerID)
    }

    func round(step: @Sendable () -> Void) async throws(StoreError) {
        let asked = ContinuousClock.now
        let workerID = shared.registration.workerID
        let lease = shared.settings.lease
        do throws(StoreError) {
            guard let clock = try await store.perform({ try $0.renewLease(workerID, lease: lease) }) else {
                return try await registerAnew()
            }
            renewed(clock, asked: asked)
        } catch {
            if error.isForEveryone { state.withLock { $0.downAt = .now } }
            throw error
        }
    }

    private func renewed(_ clock: Double, asked: ContinuousClock.Instant) {
        let (wasLate, jump) = state.withLock { state in
            let wasLate = asked - state.renewed > shared.settings.lease / 2
            state.renewed = asked
            state.downAt = nil
            let jump = state.clock.heard(clock, asked: asked, answered: .now)
            if let jump, jump < 0 { state.hasSteppedBack = true }
            return (wasLate, jump)
        }
        if let jump { shared.logger.tell(.storeClockJumped, ["seconds": "\(Int(jump.rounded()))"]) }
        if wasLate || jump != nil { onReturn.value() }
    }

    /// Whether the lease may end before another heartbeat gets through, and others may then take the jobs.
    var leaseIsRunningOut: Bool {
        let now = ContinuousClock.now
        let (renewed, downAt) = state.withLock { ($0.renewed, $0.downAt) }
        guard now - renewed > shared.settings.lease * 0.9 else { return false }
        // The heartbeat is tried once a second; each try may take as long as a call.
        return downAt.map { now - $0 > shared.settings.callTimeout + .seconds(5) } ?? true
    }

    /// From here on others may take the jobs.
    func loseLease() {
        let count = shared.running.stopAll(.leaseLost)
        if count > 0 { shared.logger.tell(.leaseLost, ["count": "\(count)"]) }
    }

    /// The entry is gone or was ended by another process: the claims tell what is still held.
    private func registerAnew() async throws(StoreError) {
        let workerID = shared.registration.workerID
        shared.logger.tell(.registeredAnew, ["worker": "\(workerID.uuidString.lowercased())"])
        try await register()
        onReturn.value()
    }
}
