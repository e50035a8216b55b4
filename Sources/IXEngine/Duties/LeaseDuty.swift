import FoundationEssentials
import IXConcurrency
import IXCore
import IXStore
import IXTelemetry
import Logging
import Synchronization

/// `HeartbeatDuty` renews the daemon's lease for all the daemon's jobs. The heartbeat has a connection of its own, and
/// its statement waits for no job's row.
///
/// Other daemons may take the jobs when no heartbeat succeeds for as long as the lease lasts. The pipelines are
/// therefore stopped earlier, unless the store is down for every daemon. An expired lease is revived, and `ClaimsDuty`
/// then finds the jobs still held by the daemon.
final class HeartbeatDuty: Duty {
    let name = "the heartbeat"
    let interval: Duration
    let asksStore = true
    private let shared: WorkerContext
    private let store: RoleStore<any JobUpkeep>
    private let state: Mutex<State>
    private let onNewIdentity: @Sendable (UUID) -> Void
    /// Called after a late heartbeat, a clock jump or a new registration, so that the claims are compared with the
    /// runs.
    private let onReturn = Locked<@Sendable () -> Void>({})

    private struct State {
        /// The time at which the last successful heartbeat was sent.
        var renewed = ContinuousClock.now
        /// The time at which the store was last seen to be down for every daemon; nil after a successful heartbeat.
        var downAt: ContinuousClock.Instant?
        var clock: LeaseClock
        /// True after the store's clock stepped back, until `takeStepBack` is called.
        var hasSteppedBack = false
    }

    init(_ shared: WorkerContext, store: RoleStore<any JobUpkeep>, onNewIdentity: @escaping @Sendable (UUID) -> Void) {
        self.shared = shared
        self.store = store
        self.onNewIdentity = onNewIdentity
        let settings = shared.settings
        interval = settings.heartbeat
        state = Mutex(State(clock: LeaseClock(lease: settings.lease, heartbeat: settings.heartbeat, at: .now)))
    }

    func onReturn(_ body: @escaping @Sendable () -> Void) { onReturn.value = body }

    /// The leases that a sweep treats as ended now.
    var sweptLeases: SweptLeases { state.withLock { $0.clock.leases(at: .now) } }

    /// Returns true when the store's clock has stepped back since the last call.
    func takeStepBack() -> Bool {
        state.withLock { state in
            defer { state.hasSteppedBack = false }
            return state.hasSteppedBack
        }
    }

    /// Enters the daemon in the store, or renews the daemon's entry, with a fresh lease.
    func register() async throws(StoreError) {
        let start = ContinuousClock.now
        var identity = shared.registration.identity
        identity.serves = shared.admission.served
        identity.workers = shared.crew.count
        let (entry, lease) = (identity, shared.settings.lease)
        try await store.perform { try $0.registerDaemon(entry, lease: lease) }
        state.withLock { $0.renewed = start }
        onNewIdentity(identity.daemonID)
    }

    func round(progress: @Sendable () -> Void) async throws(StoreError) {
        do throws(StoreError) {
            guard try await renew() else { return }
            progress()
            // The store learns the new number at once, so that readers of the store needn't wait for a heartbeat.
            _ = try await renew()  // ignored: another wish waits for the next heartbeat
        } catch {
            if error.isForEveryone { state.withLock { $0.downAt = .now } }
            throw error
        }
    }

    /// Renews the lease. Returns true when an operator's wish for a number of workers is new.
    private func renew() async throws(StoreError) -> Bool {
        let asked = ContinuousClock.now
        let daemonID = shared.registration.daemonID
        let (lease, workers) = (shared.settings.lease, shared.crew.count)
        let renewal = try await store.perform { try $0.renewLease(daemonID, lease: lease, workers: workers) }
        guard let renewal else {
            try await registerAnew()
            return false
        }
        renewed(renewal.clock, asked: asked)
        guard let change = shared.scale.want(renewal.wantedWorkers) else { return false }
        log(change, wish: renewal.wantedWorkers)
        return true
    }

    private func log(_ change: WorkerScale.Change, wish: Int?) {
        let by = wish == nil ? "the configuration" : "an operator"
        var fields: Logger.Metadata = ["workers": .number(change.workers), "by": "\(by)"]
        if change.isCut, let wish {
            let each = Limits.workersPerConnection
            fields["limit"] = "\(each) for each of [postgres] connections, below the \(wish) that are wanted"
        }
        shared.logger.log(.workersScaled, fields)
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
        if let jump { shared.logger.log(.storeClockJumped, ["seconds": .number(Int(jump.rounded()))]) }
        if wasLate || jump != nil { onReturn.value() }
    }

    /// True when the lease may end before another heartbeat succeeds, so that other daemons may take the jobs.
    var leaseIsRunningOut: Bool {
        let now = ContinuousClock.now
        let (renewed, downAt) = state.withLock { ($0.renewed, $0.downAt) }
        guard now - renewed > shared.settings.lease * 0.9 else { return false }
        // The heartbeat is sent once a second during a fault, and each call may take up to `callTimeout`.
        return downAt.map { now - $0 > shared.settings.callTimeout + .seconds(5) } ?? true
    }

    /// The time until the lease ends, by this process's clock and since the last heartbeat was sent; zero once it has.
    var leaseLeft: Duration {
        let renewed = state.withLock { $0.renewed }
        return max(shared.settings.lease - (ContinuousClock.now - renewed), .zero)
    }

    /// Stops every run, because other daemons may take the jobs from now on.
    func loseLease() {
        let count = shared.running.stopAll(.leaseLost)
        if count > 0 { shared.logger.log(.leaseLost, ["count": .number(count)]) }
    }

    /// Registers again after the entry is gone or was ended by another process. `ClaimsDuty` then finds the jobs still
    /// held by the daemon.
    private func registerAnew() async throws(StoreError) {
        let daemonID = shared.registration.daemonID
        shared.logger.log(.registeredAnew, ["daemon": "\(daemonID.uuidString.lowercased())"])
        try await register()
        onReturn.value()
    }
}

/// `LeaseWatch` stops the pipelines before the lease ends when no heartbeat succeeds. A separate duty is needed because
/// a heartbeat may hang too long to notice.
struct LeaseWatch: Duty {
    let name = "the lease watch"
    let lease: Duration
    let heartbeat: HeartbeatDuty
    let running: RunningJobs

    /// Runs that start during an idle interval still have at least half of the lease ahead.
    var interval: Duration { running.isIdle ? lease / 5 : lease / 20 }

    func round(progress: @Sendable () -> Void) async throws(StoreError) {
        if heartbeat.leaseIsRunningOut { heartbeat.loseLease() }
    }
}
