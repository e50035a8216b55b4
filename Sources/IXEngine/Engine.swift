import Dispatch
public import FoundationEssentials
import IXCore
import IXLogs
public import IXPipelines
public import IXStore
public import Logging

/// Workers, duties and their life: start, drain, stop.
public actor Engine {
    private let shared: WorkerShared
    /// Its own connections, so that busy workers never starve the heartbeat.
    private let dutyStore: any JobStore
    private let arrivals: (any JobArrivals)?
    private let heartbeat: HeartbeatDuty
    private let claims: ClaimsDuty
    private let suspects: SuspectDuty
    private let sweep: SweepDuty
    private let poll: PollDuty
    private let foreign: ForeignWorkDuty
    private let stages: [WorkerStage]
    private let loops = Live<[DutyLoop]>([])
    /// Opens when the workers are done, the grace is over or somebody cuts it short.
    private let graceOver = Latch()
    private let workersDone = Latch()

    public init(
        settings: EngineSettings, store: any JobStore, dutyStore: any JobStore, leaseStore: any JobStore,
        arrivals: (any JobArrivals)?,
        pipelines: PipelineRegistry, callbacks: any CallbackSink, identity: WorkerIdentity, logger: Logger,
        onNewIdentity: @escaping @Sendable (UUID) -> Void = { _ in }
    ) {
        let (gate, running, stopping) = (WakeGate(), RunningJobs(), Latch())
        let (tally, outage) = (Tally(), Outage(logger: logger))
        let effects = EndEffects(tally: tally, callbacks: callbacks, gate: gate)
        let kept = KeptEnds(
            .init(
                store: store, limit: settings.workers, stopping: stopping, written: effects.conclude,
                forget: running.forget, outage: outage))
        shared = WorkerShared(
            liveSettings: Live(settings), store: store, livePipelines: Live(pipelines), callbacks: callbacks,
            registration: Registration(identity), running: running, kept: kept, gate: gate,
            admission: Admission(pipelines) { gate.hint() }, outage: outage,
            exchanger: settings.batch > 1 ? Exchanger(store, batch: settings.batch) : nil, tally: tally,
            effects: effects, stopping: stopping, logger: logger)
        self.dutyStore = dutyStore
        self.arrivals = arrivals
        stages = (1...settings.workers).map { WorkerStage(number: $0) }
        heartbeat = HeartbeatDuty(shared, store: leaseStore, onNewIdentity: onNewIdentity)
        claims = ClaimsDuty(shared, store: dutyStore)
        suspects = SuspectDuty(shared, store: dutyStore)
        sweep = SweepDuty(shared, store: dutyStore, heartbeat: heartbeat)
        foreign = ForeignWorkDuty(shared, store: dutyStore)
        poll = PollDuty(shared, laterLooks: arrivals?.laterLooks ?? [])
    }

    /// Ends a dead predecessor's lease, registers, sweeps orphans, then starts the workers. Throws what the store throws.
    ///
    /// `step` is called before each part that may take as long as a call to the store.
    public func start(
        predecessor: UUID?, step: @escaping @Sendable () -> Void = {}
    ) async throws(StoreError) {
        step()
        if let predecessor { try await dutyStore.perform { try $0.endLease(predecessor) } }
        step()
        try await heartbeat.register()
        try await sweep.round(step: step)
        try await foreign.round(step: step)
        startWorkers()
        startDuties()
        let (gate, loops, callbacks, poll) = (shared.gate, loops, shared.callbacks, poll)
        let neighbours = shared.neighbours
        callbacks.start { [registration = shared.registration] in registration.workerID }
        let look = { @Sendable in loops.value.first { $0.duty is ClaimsDuty }?.nudge() }
        heartbeat.onReturn { [claims] in
            claims.forgetTold()
            look()
            loops.value.first { $0.duty is SweepDuty }?.nudge()
        }
        sweep.onSwept { loops.value.first { $0.duty is SuspectDuty }?.nudge() }
        let polling = loops.value.first { $0.duty is PollDuty }
        shared.onBreakers.value = { look() }
        let looking = loops.value.first { $0.duty is ForeignWorkDuty }
        shared.onForeign.value = { looking?.nudge() }
        let watches = loops.value.filter { $0.duty is TimeoutWatch || $0.duty is ProgressDuty }
        shared.running.onStart { for watch in watches { watch.nudge() } }
        await arrivals?.start { notice in
            switch notice {
            case .jobs(let count):
                gate.hint(count)
                if poll.arrived() { polling?.nudge() }
            case .stampedJobs(let stamps):
                gate.hint(neighbours.value.share(of: stamps))
                if poll.arrived() { polling?.nudge() }
            case .cancels: look()
            case .callbacks: callbacks.hint()
            }
        }
    }

    private func startWorkers() {
        // Workers mostly await: a thousand need no thousand threads. Few enough have one each.
        let threads = shared.exchanger == nil ? 8 : min(8, ProcessInfo.processInfo.activeProcessorCount)
        let queues =
            stages.count <= threads ? [] : (1...threads).map { DispatchQueue(label: "ix.workers.\($0)") }
        let workers = stages.map { Worker($0, shared: shared, on: queues.isEmpty ? nil : queues[$0.number % threads]) }
        let done = workersDone
        let graceOver = graceOver
        let kept = shared.kept
        shared.lastClaim.value = .now
        Task {
            await withTaskGroup(of: Void.self) { group in
                for worker in workers { group.addTask(executorPreference: worker.executor) { await worker.work() } }
            }
            // Ends of which their workers went on.
            await kept.untilEmpty()
            done.open()
            graceOver.open()
        }
    }

    private func startDuties() {
        let duties: [any Duty] = [
            heartbeat, claims, sweep, suspects, foreign,
            LeaseWatch(lease: shared.settings.lease, heartbeat: heartbeat, running: shared.running),
            poll, TimeoutWatch(running: shared.running),
            ProgressDuty(shared: shared, store: dutyStore), PruneDuty(shared, store: dutyStore),
            HorizonDuty(shared, store: dutyStore),
        ]
        // Those that ask the store share a connection.
        let patience = shared.settings.patience * 5
        loops.value = duties.map { DutyLoop($0, outage: shared.outage, patience: patience) }
    }

    /// Takes on what a running engine can: times and pipelines. Runs under way keep what they started with; the number of
    /// workers, the lease and the heartbeat wait for the next start.
    public nonisolated func apply(_ next: EngineSettings, _ pipelines: PipelineRegistry) {
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

    /// From now on nothing is claimed, not even if `start` is still under way.
    public nonisolated func forbidClaims() {
        shared.gate.drain()
        shared.draining.open()
    }

    /// How long `drain` takes at most.
    public nonisolated var drainLimit: Duration {
        let settings = shared.settings
        return settings.grace + endLimit + .seconds(5) + settings.callTimeout * 2 + settings.patience
    }

    /// The pipelines' own grace, the abandonment after it, and one last write each.
    private nonisolated var endLimit: Duration { shared.settings.killGrace + .seconds(5) + shared.settings.callTimeout }

    /// Stops claiming, lets running jobs finish within the grace, stops and hands back the rest. Always ends.
    public func drain() async {
        forbidClaims()
        shared.logger.tell(.draining, ["running": "\(state.busy)"])
        await graceEnds()
        // Open before the runs are stopped: one that starts meanwhile sees it and stops itself.
        shared.stopping.open()
        if !workersDone.isOpen {
            let count = shared.running.stopAll(.shutdown)
            shared.logger.tell(.graceOver, ["count": "\(count)"])
        }
        // Workers without a job wait for the store alone, which may not answer for minutes: nothing is lost with them.
        let isIdle = holdsNothing
        let isDone = await workersDone.wait(upTo: isIdle ? Self.leave : endLimit)
        let isOver = await Self.within(isIdle ? (isDone ? Self.leave * 4 : Self.leave) : endLimit) {
            [arrivals, loops] in
            await arrivals?.stop()
            for loop in loops.value { await loop.stop() }
        }
        let isAnswered = isDone && isOver
        let callbacks = shared.callbacks
        await Self.within(isAnswered ? drainLimit : Self.leave) {
            await callbacks.drain(upTo: isAnswered ? .seconds(5) : .zero)
        }
        let isEnded = await Self.within(isAnswered ? drainLimit : Self.leave) { [self] in await endLease() }
        if !isEnded { tellLease("the store does not answer") }
    }

    /// How long a step of the drain waits for a store that keeps workers without a job from their end.
    private static let leave = Duration.milliseconds(500)
    /// Workers that hold no job need no grace; a claim under way may bring one until then.
    private static let idleGrace = Duration.milliseconds(2500)

    /// No job is in hand, and no end that isn't written.
    private nonisolated var holdsNothing: Bool { state.busy == 0 && shared.kept.isEmpty }

    /// Returns when the workers are done, the grace is over or cut, or no worker has held a job for a while.
    private func graceEnds() async {
        let end = ContinuousClock.now + shared.settings.grace
        var idleSince: ContinuousClock.Instant?
        while ContinuousClock.now < end {
            if await graceOver.wait(upTo: min(end - .now, .milliseconds(100))) { return }
            idleSince = holdsNothing ? idleSince ?? .now : nil
            if let idleSince, .now - idleSince >= Self.idleGrace { return }
        }
    }

    /// Whether the body ended in time; it goes on all the same.
    @discardableResult
    private static func within(_ limit: Duration, _ body: @escaping @Sendable () async -> Void) async -> Bool {
        let over = Latch()
        Task {
            await body()
            over.open()
        }
        return await over.wait(upTo: limit)
    }

    /// A second request to stop: the grace ends now.
    public nonisolated func cutGrace() { graceOver.open() }

    private func endLease() async {
        let workerID = shared.registration.workerID
        do {
            // What could not be ended here is not this daemon's death: it costs no start and makes no suspects.
            _ = try await dutyStore.perform { try $0.handBackLostClaims(workerID, running: [], older: .zero) }
            try await dutyStore.perform { try $0.endLease(workerID) }
        } catch {
            tellLease("\(error)")
        }
    }

    private func tellLease(_ reason: String) { shared.logger.tell(.leaseNotEnded, ["reason": "\(reason)"]) }
}

extension Engine {
    /// What everybody does now.
    public nonisolated var state: EngineState {
        EngineState(
            workers: stages.map(\.state), counts: shared.tally.counts, outage: shared.outage.reason,
            isListening: arrivals?.isListening, isDraining: shared.gate.isDraining,
            openBreakers: shared.admission.openBreakers)
    }

    /// What ought to move and doesn't, for people; empty when all is well, also while the store is only away.
    public nonisolated func standstill(at now: ContinuousClock.Instant = .now) -> [String] {
        let settings = shared.settings
        let pulses = loops.value.map(\.pulse) + [shared.callbacks.pulse] + (arrivals.map { [$0.pulse] } ?? [])
        return Standstill(
            workers: stages.map(\.state), pulses: pulses, lastClaim: shared.lastClaim.value,
            patience: settings.patience, poll: settings.poll, isDraining: shared.gate.isDraining
        ).found(at: now)
    }
}
