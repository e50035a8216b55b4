public import FoundationEssentials
import IXCore
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
    private let sweep: SweepDuty
    private var loops: [DutyLoop] = []
    /// Opens when the workers are done, the grace is over or somebody cuts it short.
    private let graceOver = Latch()
    private let workersDone = Latch()

    public init(
        settings: EngineSettings, store: any JobStore, dutyStore: any JobStore, arrivals: (any JobArrivals)?,
        pipelines: PipelineRegistry, callbacks: any CallbackSink, identity: WorkerIdentity, logger: Logger,
        onNewIdentity: @escaping @Sendable (UUID) -> Void = { _ in }
    ) {
        shared = WorkerShared(
            settings: settings, store: store, pipelines: pipelines, callbacks: callbacks,
            registration: Registration(identity), outage: Outage(logger: logger), logger: logger)
        self.dutyStore = dutyStore
        self.arrivals = arrivals
        heartbeat = HeartbeatDuty(shared, store: dutyStore, onNewIdentity: onNewIdentity)
        sweep = SweepDuty(shared, store: dutyStore)
    }

    /// Ends a dead predecessor's lease, registers, sweeps orphans, then starts the workers. Throws what the store throws.
    public func start(predecessor: UUID?) async throws(StoreError) {
        if let predecessor { try await dutyStore.perform { try $0.endLease(predecessor) } }
        try await heartbeat.register()
        try await sweep.round()
        startWorkers()
        let duties: [any Duty] = [
            heartbeat, sweep, LeaseWatch(interval: shared.settings.lease / 20, heartbeat: heartbeat),
            PollDuty(interval: shared.settings.poll, gate: shared.gate), TimeoutWatch(running: shared.running),
        ]
        loops = duties.map { DutyLoop($0, outage: shared.outage) }
        let gate = shared.gate
        await arrivals?.start { gate.hint() }
    }

    private func startWorkers() {
        let workers = (1...shared.settings.workers).map { Worker(number: $0, shared: shared) }
        let done = workersDone
        let graceOver = graceOver
        Task {
            await withTaskGroup(of: Void.self) { group in
                for worker in workers { group.addTask(executorPreference: worker.executor) { await worker.work() } }
            }
            done.open()
            graceOver.open()
        }
    }

    /// From now on nothing is claimed, not even if `start` is still under way.
    public nonisolated func forbidClaims() {
        shared.gate.drain()
        shared.draining.open()
    }

    /// Stops claiming, lets running jobs finish within the grace, stops and hands back the rest. Always ends.
    public func drain() async {
        forbidClaims()
        shared.logger.notice("draining", metadata: ["running": "\(shared.running.claimIDs.count)"])
        await graceOver.wait(upTo: shared.settings.grace)
        // Open before the runs are stopped: one that starts meanwhile sees it and stops itself.
        shared.stopping.open()
        if !workersDone.isOpen {
            let count = shared.running.stopAll(.shutdown)
            shared.logger.notice("grace is over; running jobs are stopped", metadata: ["count": "\(count)"])
        }
        // The pipelines' own grace, the abandonment after it, and one last write each.
        await workersDone.wait(upTo: shared.settings.killGrace + .seconds(5) + shared.settings.callTimeout)
        await arrivals?.stop()
        for loop in loops { await loop.stop() }
        await shared.callbacks.drain(upTo: .seconds(5))
        await endLease()
    }

    /// A second request to stop: the grace ends now.
    public nonisolated func cutGrace() { graceOver.open() }

    private func endLease() async {
        let workerID = shared.registration.workerID
        do {
            try await dutyStore.perform { try $0.endLease(workerID) }
        } catch {
            shared.logger.warning("the lease could not be given up; it runs out by itself")
        }
    }
}
