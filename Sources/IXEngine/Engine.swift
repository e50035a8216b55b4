import Dispatch
package import FoundationEssentials
import IXConcurrency
import IXCore
package import IXPipelines
package import IXStore
import IXTelemetry
package import Logging

/// The engine runs the workers and the duties of a daemon: start, drain, stop.
///
/// Gains: jobs are claimed, run and completed until `drain` is called. Concurrency: nonisolated members may be called
/// from any thread at any time.
package actor Engine {
    private let shared: WorkerContext
    /// The store of the duties, with separate connections so that busy workers never delay the heartbeat.
    private let dutyStore: any JobStore
    private let notifier: (any JobNotifier)?
    private let heartbeat: HeartbeatDuty
    private let claims: ClaimsDuty
    private let sweep: SweepDuty
    private let foreign: ForeignWorkDuty
    private let stages: [WorkerActivity]
    private let loops = Locked<[DutyLoop]>([])
    /// Opens when the workers have ended, the grace is over, or `cutGrace` was called.
    private let graceOver = Latch()
    private let workersDone = Latch()
    /// The thread that receives notifications, so that busy pipelines delay none.
    private let receiving = DispatchQueueExecutor(label: "ix.notifications")
    /// The thread of the waits for the engine's end, which don't block.
    private static let waiting = DispatchQueueExecutor(label: "ix.engine")
    /// Opens when the current or last call of `start` has returned; nil before the first call.
    private var startOver: Latch?

    /// Creates an engine that does nothing until `start` is called. Requires: `settings.workers` is at least 1, and
    /// `leaseStore` has a connection that only the heartbeat uses.
    ///
    /// - Parameter onNewIdentity: called with the daemon's id after each registration.
    package init(
        settings: EngineSettings, store: any JobStore, dutyStore: any JobStore, leaseStore: any JobStore,
        notifier: (any JobNotifier)?,
        pipelines: PipelineRegistry, callbacks: any CallbackSink, identity: DaemonIdentity, logger: Logger,
        onNewIdentity: @escaping @Sendable (UUID) -> Void = { _ in }
    ) {
        let (idleWorkers, running, stopping) = (IdleWorkers(), RunningJobs(), Latch())
        let (counts, availability) = (JobCounts(), StoreAvailability(logger: logger))
        let effects = EndEffects(counts: counts, callbacks: callbacks, idleWorkers: idleWorkers)
        let kept = KeptEnds(
            .init(
                store: store.execution, limit: settings.workers, stopping: stopping, written: effects.conclude,
                forget: running.forget, availability: availability))
        shared = WorkerContext(
            liveSettings: Locked(settings), store: store.execution, livePipelines: Locked(pipelines),
            callbacks: callbacks,
            registration: DaemonRegistration(identity), running: running, kept: kept, idleWorkers: idleWorkers,
            admission: Admission(pipelines) { idleWorkers.wake() }, availability: availability,
            batcher: settings.batch > 1 ? RequestBatcher(store.execution, batch: settings.batch) : nil, counts: counts,
            effects: effects, stopping: stopping, logger: logger)
        self.dutyStore = dutyStore
        self.notifier = notifier
        stages = (1...settings.workers).map { WorkerActivity(number: $0) }
        heartbeat = HeartbeatDuty(shared, store: leaseStore.upkeep, onNewIdentity: onNewIdentity)
        claims = ClaimsDuty(shared, store: dutyStore.upkeep)
        sweep = SweepDuty(shared, store: dutyStore.upkeep, heartbeat: heartbeat)
        foreign = ForeignWorkDuty(shared, store: dutyStore.upkeep)
    }

    /// Ends the lease of a dead predecessor, registers the daemon, sweeps orphans, then starts the workers and the
    /// duties.
    ///
    /// Guarantees: an engine that was drained before or meanwhile starts nothing, and holds no lease afterwards.
    /// Requires: no call after a call that returned. `progress` is called before each part that may take as long as a
    /// call to the store.
    ///
    /// Failure: throws the store's error; no worker has started then, and `start` may be called again.
    package func start(
        predecessor: UUID?, progress: @escaping @Sendable () -> Void = {}
    ) async throws(StoreError) {
        let over = Latch()
        startOver = over
        defer { over.open() }
        guard !shared.draining.isOpen else { return startWorkers() }
        progress()
        if let predecessor { try await dutyStore.perform { try $0.endLease(predecessor) } }
        progress()
        try await heartbeat.register()
        try await sweep.round(progress: progress)
        try await foreign.round(progress: progress)
        startWorkers()
        guard !shared.draining.isOpen else { return await endLease() }
        let loops = DutyLoops(
            shared, store: dutyStore, heartbeat: heartbeat, claims: claims, sweep: sweep, foreign: foreign)
        self.loops.value = loops.all
        await connectParts(loops)
    }

    /// Lets the parts wake each other, and starts the callbacks and the notifier.
    private func connectParts(_ loops: DutyLoops) async {
        shared.callbacks.start { [registration = shared.registration] in registration.daemonID }
        heartbeat.onReturn { [claims] in
            claims.forgetReported()
            loops.claims.nudge()
            loops.sweep.nudge()
        }
        sweep.onSwept { loops.suspects.nudge() }
        shared.onBreakers.value = { loops.claims.nudge() }
        shared.onForeign.value = { loops.foreign.nudge() }
        shared.running.onStart { for loop in loops.runWatches { loop.nudge() } }
        await listen(loops.receive)
    }

    /// Subscribes to the store's notifications, then starts the notifier.
    private func listen(_ receive: @escaping @Sendable (JobNotification) -> Void) async {
        guard let notifier else { return }
        let notifications = notifier.subscribe()
        Task(executorPreference: receiving) {
            for await notification in notifications { receive(notification) }
        }
        await notifier.start { [neighbours = shared.neighbours] in neighbours.value }
    }

    private func startWorkers() {
        // Workers mostly await, so a thousand workers need no thousand threads. Up to `threads` workers get a thread
        // each.
        let threads = shared.batcher == nil ? 8 : min(8, ProcessInfo.processInfo.activeProcessorCount)
        let queues =
            stages.count <= threads ? [] : (1...threads).map { DispatchQueue(label: "ix.workers.\($0)") }
        let workers = stages.map { Worker($0, shared: shared, on: queues.isEmpty ? nil : queues[$0.number % threads]) }
        let done = workersDone
        let graceOver = graceOver
        let kept = shared.kept
        shared.lastClaim.value = .now
        Task(executorPreference: Self.waiting) {
            await withTaskGroup(of: Void.self) { group in
                for worker in workers { group.addTask(executorPreference: worker.executor) { await worker.work() } }
            }
            // Some completions may still be unwritten, because their workers went on with other jobs.
            await kept.untilEmpty()
            done.open()
            graceOver.open()
        }
    }

    /// Applies the settings that a running engine can change: times and pipelines. Current runs keep the settings of
    /// their start.
    ///
    /// The number of workers, the batch size, the lease and the heartbeat change only at the next start.
    package nonisolated func apply(_ next: EngineSettings, _ pipelines: PipelineRegistry) {
        let current = shared.settings
        var settings = next
        settings.workers = current.workers
        settings.batch = current.batch
        settings.lease = current.lease
        settings.heartbeat = current.heartbeat
        shared.liveSettings.value = settings
        shared.livePipelines.value = pipelines
        shared.admission.apply(pipelines)
        for loop in loops.value { loop.nudge() }
    }

    /// Stops all claims from now on, even while `start` is still running.
    package nonisolated func forbidClaims() {
        shared.idleWorkers.drain()
        shared.draining.open()
    }

    /// The time to allow for `drain`; the daemon asks the service manager for as much.
    package nonisolated var drainLimit: Duration {
        let settings = shared.settings
        return settings.grace + endLimit + .seconds(5) + settings.callTimeout * 2 + settings.stepLimit
    }

    /// The time for the pipelines' kill grace, the abandonment after the grace, and a last write for each job.
    private nonisolated var endLimit: Duration { shared.settings.killGrace + .seconds(5) + shared.settings.callTimeout }

    /// Stops claiming, lets running jobs finish within the grace, then stops the remaining runs and hands their jobs
    /// back.
    ///
    /// Guarantees: always returns, even when the store does not answer, before or during a start, and at each of
    /// several calls.
    package func drain() async {
        forbidClaims()
        // Before a start nothing runs, and a later start will start nothing.
        guard let startOver else { return shared.effects.ends.finish() }
        await startOver.wait(upTo: shared.settings.callTimeout)
        shared.logger.log(.draining, ["running": "\(state.busy)"])
        await graceEnds()
        // The latch opens before the runs are stopped, so that a run that starts meanwhile stops itself.
        shared.stopping.open()
        if !workersDone.isOpen {
            let count = shared.running.stopAll(.shutdown)
            shared.logger.log(.graceOver, ["count": "\(count)"])
        }
        // Workers without a job wait only for the store, which may not answer for minutes. Abandoning such workers
        // loses nothing.
        let isIdle = holdsNothing
        let isDone = await workersDone.wait(upTo: isIdle ? Self.leave : endLimit)
        let isOver = await Self.within(isIdle ? (isDone ? Self.leave * 4 : Self.leave) : endLimit) {
            [notifier, loops] in
            await notifier?.stop()
            for loop in loops.value { await loop.stop() }
        }
        let isAnswered = isDone && isOver
        let callbacks = shared.callbacks
        await Self.within(isAnswered ? drainLimit : Self.leave) {
            await callbacks.drain(upTo: isAnswered ? .seconds(5) : .zero)
        }
        let isEnded = await Self.within(isAnswered ? drainLimit : Self.leave) { [self] in await endLease() }
        if !isEnded { logLease("the store does not answer") }
        shared.effects.ends.finish()
    }

    /// The longest wait of a drain step while an unresponsive store keeps workers without a job from ending.
    private static let leave = Duration.milliseconds(500)
    /// The grace while no worker holds a job. A claim already sent may bring a job within the idle grace.
    private static let idleGrace = Duration.milliseconds(2500)

    /// True while no worker holds a job and every completion is written.
    private nonisolated var holdsNothing: Bool { state.busy == 0 && shared.kept.isEmpty }

    /// Returns when the workers have ended, the grace is over or cut short, or no worker has held a job for
    /// `idleGrace`.
    private func graceEnds() async {
        let end = ContinuousClock.now + shared.settings.grace
        var idleSince: ContinuousClock.Instant?
        while ContinuousClock.now < end {
            if await graceOver.wait(upTo: min(end - .now, .milliseconds(100))) { return }
            idleSince = holdsNothing ? idleSince ?? .now : nil
            if let idleSince, .now - idleSince >= Self.idleGrace { return }
        }
    }

    /// Returns true when `body` ended within `limit`. A body over the limit keeps running.
    @discardableResult
    private static func within(_ limit: Duration, _ body: @escaping @Sendable () async -> Void) async -> Bool {
        let over = Latch()
        // A queue for each call, because a body may block.
        Task(executorPreference: DispatchQueueExecutor(label: "ix.engine.step")) {
            await body()
            over.open()
        }
        return await over.wait(upTo: limit)
    }

    /// Ends the grace of `drain` now; the daemon calls the method at a second request to stop.
    package nonisolated func cutGrace() { graceOver.open() }

    private func endLease() async {
        let daemonID = shared.registration.daemonID
        do {
            // Jobs still held are handed back first, because a shutdown is no death of the daemon: the hand-back costs
            // no start and makes no suspects.
            let back = try await dutyStore.perform { try $0.handBackLostClaims(daemonID, running: [], older: .zero) }
            for row in back { shared.effects.conclude(row) }
            try await dutyStore.perform { try $0.endLease(daemonID) }
        } catch {
            logLease("\(error)")
        }
    }

    private func logLease(_ reason: String) { shared.logger.log(.leaseNotEnded, ["reason": "\(reason)"]) }
}

extension Engine {
    /// The state of the workers, the counts and the breakers at the moment of the call.
    package nonisolated var state: EngineState {
        EngineState(
            workers: stages.map(\.state), counts: shared.counts.state, outage: shared.availability.reason,
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

    /// Returns the names of the stalled parts, for people. The list is empty when all is well, and also while only the
    /// store is away.
    package nonisolated func stalledParts(at now: ContinuousClock.Instant = .now) -> [String] {
        let settings = shared.settings
        let livenesses =
            loops.value.map(\.liveness) + [shared.callbacks.liveness] + (notifier.map { [$0.liveness] } ?? [])
        return StallDetector(
            workers: stages.map(\.state), livenesses: livenesses, lastClaim: shared.lastClaim.value,
            stepLimit: settings.stepLimit, poll: settings.poll, isDraining: shared.idleWorkers.isDraining
        ).found(at: now)
    }
}
