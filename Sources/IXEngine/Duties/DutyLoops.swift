import IXConcurrency
import IXStore

/// `DutyLoops` runs the duties of an engine and of its store, each in a loop. The loops that other parts wake have names.
struct DutyLoops: Sendable {
    let claims: DutyLoop
    let sweep: DutyLoop
    let suspects: DutyLoop
    let foreign: DutyLoop
    let schedules: DutyLoop
    /// The loops of the duties that rest while no job runs.
    let runWatches: [DutyLoop]
    let all: [DutyLoop]
    /// Wakes the part of the engine that a notification is for.
    let receive: @Sendable (JobNotification) -> Void

    /// Makes every loop; `run` begins the duties. `workers` has the workers' connections, so that no duty delays the poll.
    init(
        _ shared: WorkerContext, store: any JobStore, workers: RoleStore<any JobUpkeep>, heartbeat: HeartbeatDuty,
        claims: ClaimsDuty, sweep: SweepDuty,
        foreign: ForeignWorkDuty, history: HistoryDuty?, schedules: ScheduleDuty
    ) {
        // Most duties share a connection, so a step may wait for several store calls.
        let loop = { (duty: any Duty) in
            DutyLoop(duty, availability: shared.availability, neighbours: { shared.neighbours.value }) {
                shared.settings.stepLimit * 5
            }
        }
        let claimsLoop = loop(claims)
        let schedulesLoop = loop(schedules)
        let poll = PollDuty(shared, workers: workers, duties: store.upkeep)
        let pollLoop = loop(poll)
        let receive = Self.receiver(shared, claims: claimsLoop, schedules: schedulesLoop) {
            poll.ask()
            pollLoop.nudge()
        }
        (self.claims, self.schedules) = (claimsLoop, schedulesLoop)
        self.receive = receive
        self.sweep = loop(sweep)
        self.foreign = loop(foreign)
        suspects = loop(SuspectDuty(shared, store: store.upkeep))
        runWatches = [
            loop(TimeoutWatch(running: shared.running)),
            loop(ProgressDuty(shared: shared, store: store.execution)),
        ]
        let others: [any Duty] = [
            heartbeat, LeaseWatch(lease: shared.settings.lease, heartbeat: heartbeat, running: shared.running),
            PruneDuty(shared, store: store.upkeep, history: history == nil ? nil : store.history),
        ]
        var looks: [DutyLoop] = []
        if shared.meters != nil {
            let levels = LevelsDuty(shared, store: store, keepsHistory: history != nil)
            let levelsLoop = loop(levels)
            shared.onWork.value = { if levels.wake() { levelsLoop.nudge() } }
            looks = [levelsLoop] + (history.map { [loop($0)] } ?? [])
        }
        let contributed = store.duties.map { duty in
            let own = loop(ContributedDuty(duty: duty, notify: receive))
            duty.connect { own.nudge() }
            return own
        }
        all =
            [claimsLoop, self.sweep, suspects, self.foreign, schedulesLoop] + runWatches
            + [pollLoop] + others.map { loop($0) } + looks
            + contributed
    }

    /// Lets the parts of the engine wake the duties, and the duties each other.
    func connect(_ shared: WorkerContext, _ heartbeat: HeartbeatDuty, _ claims: ClaimsDuty, _ sweep: SweepDuty) {
        heartbeat.onReturn {
            claims.forgetReported()
            self.claims.nudge()
            self.sweep.nudge()
            // After a jump of the store's clock moments have come, or plans lie ahead.
            schedules.nudge()
        }
        sweep.onSwept { suspects.nudge() }
        shared.onBreakers.value = { self.claims.nudge() }
        shared.onForeign.value = { foreign.nudge() }
        shared.onNeeds.value = { needs in
            if needs.contains(.sweep) { self.sweep.nudge() }
            if needs.contains(.suspects) { suspects.nudge() }
        }
        shared.running.onStart {
            for loop in runWatches { loop.nudge() }
            shared.onWork.value()
        }
    }

    /// Runs the duties until `end` has ended them.
    func run() async {
        await withDiscardingTaskGroup { group in
            for loop in all { group.addTask { await loop.run() } }
        }
    }

    /// Ends every loop, and returns after the current rounds have ended.
    func end() async {
        for loop in all { loop.stop() }
        for loop in all { await loop.end() }
    }

    private static func receiver(
        _ shared: WorkerContext, claims: DutyLoop, schedules: DutyLoop, look: @escaping @Sendable () -> Void
    ) -> @Sendable (JobNotification) -> Void {
        { [idleWorkers = shared.idleWorkers, callbacks = shared.callbacks] notification in
            switch notification {
            case .jobs(let count): idleWorkers.wake(count)
            // Among neighbours most follow-ups find nothing, and a look costs less than a claim. Without an idle worker the
            // wake keeps a worker that is about to wait from waiting.
            case .followUp: idleWorkers.hasNeighbours && idleWorkers.count > 0 ? look() : idleWorkers.wake()
            case .cancels: claims.nudge()
            case .callbacks: callbacks.wake()
            case .schedules: schedules.nudge()
            }
        }
    }
}
