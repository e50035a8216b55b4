import Dispatch
package import FoundationEssentials
import IXConcurrency
import IXCore
package import IXPipelines
package import IXStore
package import IXTelemetry
package import Logging

/// The engine runs the workers and the duties of a daemon: `start` registers the daemon, `services` run and drain.
///
/// Concurrency: nonisolated members may be called from any thread at any time.
package actor Engine {
    nonisolated let shared: WorkerContext
    /// The store of the duties, with separate connections so that busy workers never delay the heartbeat.
    let dutyStore: any JobStore
    let notifier: (any JobNotifier)?
    let loops: DutyLoops
    private let heartbeat: HeartbeatDuty
    private let sweep: SweepDuty
    private let foreign: ForeignWorkDuty
    let history: HistoryDuty?
    let schedules: ScheduleDuty
    /// Opens when the workers have ended, the grace is over, or `cutGrace` was called.
    let graceOver = Latch()
    let workersDone = Latch()
    let pace = Locked(DrainPace())
    /// The thread that receives notifications, so that busy pipelines delay none.
    let receiving = DispatchQueueExecutor(label: "ix.notifications")

    /// Creates an engine that does nothing until `start` is called. Requires: `settings.workers` is at least 1, and
    /// `leaseStore` has a connection that only the heartbeat uses.
    ///
    /// - Parameter onNewIdentity: called with the daemon's id after each registration.
    package init(
        settings: EngineSettings, store: any JobStore, dutyStore: any JobStore, leaseStore: any JobStore,
        notifier: (any JobNotifier)?,
        pipelines: PipelineRegistry, callbacks: any CallbackSink, identity: DaemonIdentity,
        meters: DaemonMeters? = nil, tracing: Tracing? = nil, logger: Logger,
        onNewIdentity: @escaping @Sendable (UUID) -> Void = { _ in }
    ) {
        let (idleWorkers, running, stopping) = (IdleWorkers(), RunningJobs(), Latch())
        let (counts, availability) = (JobCounts(), StoreAvailability(logger: logger))
        let effects = EndEffects(
            counts: counts, callbacks: callbacks, idleWorkers: idleWorkers, meters: meters?.jobs)
        let live = Locked(settings)
        let crew = WorkerCrew(settings.workers)
        meters?.jobs.reserve(pipelines.useCases)
        let kept = KeptEnds(
            .init(
                store: store.execution, limit: { live.value.workers }, stopping: stopping,
                written: effects.conclude, forget: running.forget, availability: availability))
        shared = WorkerContext(
            liveSettings: live, crew: crew, scale: WorkerScale(live, crew, idleWorkers), store: store.execution,
            livePipelines: Locked(pipelines),
            callbacks: callbacks,
            registration: DaemonRegistration(identity), running: running, kept: kept, idleWorkers: idleWorkers,
            admission: Admission(pipelines) { idleWorkers.wake() }, availability: availability,
            batcher: settings.batch > 1 ? RequestBatcher(store.execution, batch: settings.batch) : nil, counts: counts,
            meters: meters?.jobs, tracing: tracing, effects: effects, stopping: stopping, logger: logger)
        self.dutyStore = dutyStore
        self.notifier = notifier
        heartbeat = HeartbeatDuty(shared, store: leaseStore.upkeep, onNewIdentity: onNewIdentity)
        let claims = ClaimsDuty(shared, store: dutyStore.upkeep)
        sweep = SweepDuty(shared, store: dutyStore.upkeep, heartbeat: heartbeat)
        foreign = ForeignWorkDuty(shared, store: dutyStore.upkeep)
        history = settings.keepsHistory ? meters.map { HistoryDuty($0, store: dutyStore) } : nil
        schedules = ScheduleDuty(
            dutyStore.upkeep, logger: logger, meters: meters?.schedules, notify: { idleWorkers.wake($0) },
            isListening: { notifier?.isListening ?? false })
        loops = DutyLoops(
            shared, store: dutyStore, workers: store.upkeep, heartbeat: heartbeat, claims: claims, sweep: sweep,
            foreign: foreign,
            history: history,
            schedules: schedules)
        loops.connect(shared, heartbeat, claims, sweep)
    }

    /// Ends the lease of a dead predecessor, registers the daemon and sweeps orphans.
    ///
    /// Guarantees: an engine whose claims were forbidden before or meanwhile holds no lease afterwards.
    /// Requires: no call after a call that returned. `progress` is called before each part that may take as long as a
    /// call to the store.
    ///
    /// Failure: throws the store's error; `start` may be called again.
    package func start(
        predecessor: UUID?, progress: @escaping @Sendable () -> Void = {}
    ) async throws(StoreError) {
        guard !shared.draining.isOpen else { return }
        progress()
        if let predecessor { try await dutyStore.perform { try $0.endLease(predecessor) } }
        progress()
        try await heartbeat.register()
        try await sweep.round(progress: progress)
        try await foreign.round(progress: progress)
        if shared.draining.isOpen { await endLease() }
    }

    /// Runs the workers and the duties, and returns when the drain has ended both.
    nonisolated func work() async {
        async let duties: Void = loops.run()
        await runWorkers()
        await duties
    }

    private nonisolated func runWorkers() async {
        // Workers mostly await, so a thousand workers need no thousand threads. Up to `threads` workers get a thread
        // each.
        let threads = shared.batcher == nil ? 8 : min(8, ProcessInfo.processInfo.activeProcessorCount)
        let queues = (1...threads).map { DispatchQueue(label: "ix.workers.\($0)") }
        shared.lastClaim.value = .now
        await shared.crew.run { [shared] stage in
            let isFew = shared.settings.workers <= threads
            let worker = Worker(stage, shared: shared, on: isFew ? nil : queues[stage.number % threads])
            await worker.run()
        }
        // Some completions may still be unwritten, because their workers went on with other jobs.
        await shared.kept.untilEmpty()
        workersDone.open()
        graceOver.open()
    }

    /// Applies the settings that a running engine can change: the number of workers, times and pipelines. Current runs
    /// keep the settings of their start, and a worker too many ends after its current job. An operator's wish comes before
    /// the number of workers.
    ///
    /// The batch size, the lease and the heartbeat change only at the next start.
    package nonisolated func apply(_ next: EngineSettings, _ pipelines: PipelineRegistry) {
        let current = shared.settings
        var settings = next
        settings.batch = current.batch
        settings.lease = current.lease
        settings.heartbeat = current.heartbeat
        shared.scale.configure(settings)
        shared.livePipelines.value = pipelines
        shared.meters?.reserve(pipelines.useCases)
        shared.admission.apply(pipelines)
        for loop in loops.all { loop.nudge() }
    }

    /// Stops all claims from now on, even while `start` is still running.
    package nonisolated func forbidClaims() {
        shared.crew.finish()
        shared.idleWorkers.drain()
        shared.draining.open()
    }
}

extension Engine {
    /// The state of the workers, the counts and the breakers at the moment of the call.
    package nonisolated var state: EngineState {
        EngineState(
            workers: shared.crew.states, counts: shared.counts.state, outage: shared.availability.reason,
            isListening: notifier?.isListening, isDraining: shared.idleWorkers.isDraining,
            openBreakers: shared.admission.openBreakers)
    }

    /// Stops the runs whose time limit ends by `moment`, as the timeout watch does; for tests, whose clock is their own.
    package nonisolated func stopOverdue(at moment: ContinuousClock.Instant) {
        shared.running.stopOverdue(at: moment)
    }

    /// Returns a stream of the jobs that end in this daemon from now on, for any number of subscribers. The stream ends
    /// with the drain.
    ///
    /// Guarantees: an end is told after its commit, by a worker, the sweep, the expiry or a duty of this daemon. A
    /// subscriber that is 1,000 ends behind loses the oldest. Ends by other processes are not told.
    /// Cost: none without a subscriber.
    package nonisolated func ends() -> AsyncStream<JobEnd> { shared.effects.ends.subscribe() }

    nonisolated var leaseLeft: Duration { heartbeat.leaseLeft }

    /// Returns the names of the stalled parts, for people. The list is empty when all is well, and also while only the
    /// store is away.
    package nonisolated func stalledParts(at now: ContinuousClock.Instant = .now) -> [String] {
        let settings = shared.settings
        let livenesses =
            loops.all.map(\.liveness) + [shared.callbacks.liveness] + (notifier.map { [$0.liveness] } ?? [])
        return StallDetector(
            workers: shared.crew.states, livenesses: livenesses, lastClaim: shared.lastClaim.value,
            stepLimit: settings.stepLimit, poll: settings.poll, isDraining: shared.idleWorkers.isDraining
        ).found(at: now)
    }
}

extension PipelineRegistry {
    /// The use cases with a pipeline of their own, in order.
    fileprivate var useCases: [String] { names.filter { $0 != Self.fallback } }
}
