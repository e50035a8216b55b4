import IXStore

/// `DutyLoops` runs the duties of an engine and of its store, each in a loop. The loops that other parts wake have names.
struct DutyLoops: Sendable {
    let claims: DutyLoop
    let sweep: DutyLoop
    let suspects: DutyLoop
    let foreign: DutyLoop
    /// The loops of the duties that rest while no job runs.
    let runWatches: [DutyLoop]
    let all: [DutyLoop]
    /// Wakes the part of the engine that a notification is for.
    let receive: @Sendable (JobNotification) -> Void

    /// Starts every loop.
    init(
        _ shared: WorkerContext, store: any JobStore, heartbeat: HeartbeatDuty, claims: ClaimsDuty, sweep: SweepDuty,
        foreign: ForeignWorkDuty
    ) {
        // Most duties share a connection, so a step may wait for several store calls.
        let stepLimit = shared.settings.stepLimit * 5
        let start = { DutyLoop($0, availability: shared.availability, stepLimit: stepLimit) }
        let claimsLoop = start(claims)
        let receive = Self.receiver(shared, claimsLoop)
        self.claims = claimsLoop
        self.receive = receive
        self.sweep = start(sweep)
        self.foreign = start(foreign)
        suspects = start(SuspectDuty(shared, store: store.upkeep))
        runWatches = [
            start(TimeoutWatch(running: shared.running)),
            start(ProgressDuty(shared: shared, store: store.execution)),
        ]
        let others: [any Duty] = [
            heartbeat, LeaseWatch(lease: shared.settings.lease, heartbeat: heartbeat, running: shared.running),
            PollDuty(shared: shared), PruneDuty(shared, store: store.upkeep),
        ]
        let contributed = store.duties.map { ContributedDuty(duty: $0, notify: receive) }
        all =
            [claimsLoop, self.sweep, suspects, self.foreign] + runWatches + others.map { start($0) }
            + contributed.map { start($0) }
    }

    private static func receiver(
        _ shared: WorkerContext, _ claims: DutyLoop
    ) -> @Sendable (JobNotification) -> Void {
        { [idleWorkers = shared.idleWorkers, callbacks = shared.callbacks] notification in
            switch notification {
            case .jobs(let count): idleWorkers.wake(count)
            case .followUp: idleWorkers.wake()
            case .cancels: claims.nudge()
            case .callbacks: callbacks.wake()
            }
        }
    }
}
