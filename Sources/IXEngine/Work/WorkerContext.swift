import FoundationEssentials
import IXConcurrency
import IXCore
import IXPipelines
import IXStore
import IXTelemetry
import Logging
import Synchronization

/// `WorkerContext` holds the parts shared by all workers of an engine.
struct WorkerContext: Sendable {
    let liveSettings: Locked<EngineSettings>
    let crew: WorkerCrew
    let scale: WorkerScale
    let store: RoleStore<any JobExecution>
    let livePipelines: Locked<PipelineRegistry>
    let callbacks: any CallbackSink
    let registration: DaemonRegistration
    let running: RunningJobs
    let kept: KeptEnds
    let idleWorkers: IdleWorkers
    let admission: Admission
    let availability: StoreAvailability
    /// Sends completions and claims of several workers together; nil when each worker asks the store alone.
    let batcher: RequestBatcher?
    let counts: JobCounts
    /// The counts by use case; nil when nothing is counted.
    let meters: JobMeters?
    /// Keeps spans; nil while no collector is configured.
    let tracing: Tracing?
    let effects: EndEffects
    /// The time of the last reply to a claim, with any result, or to a look that found no job.
    let lastClaim = Locked(ContinuousClock.now)
    /// Opens when claiming has ended.
    let draining = Latch()
    /// Opens when running jobs are to be stopped.
    let stopping: Latch
    /// Called after a breaker opened or closed, so that the change is recorded in the store.
    let onBreakers = Locked<@Sendable () -> Void>({})
    let neighbours = Locked(Neighbours())
    /// Called after a claim brought a job without a pipeline in this daemon.
    let onForeign = Locked<@Sendable () -> Void>({})
    /// Called when there is work after an idle time.
    let onWork = Locked<@Sendable () -> Void>({})
    /// Called with the upkeep that the store says has work.
    let onNeeds = Locked<@Sendable (UpkeepNeeds) -> Void>({ _ in })
    let logger: Logger

    /// Sends a completion, a claim or both, in a transaction of its own or together with other workers' requests.
    nonisolated(nonsending) func send(_ request: WorkerRequest) async throws(StoreError) -> WorkerRequest.Result {
        let result =
            if let batcher { try await batcher.send(request) } else {
                try await store.performHere { try $0.perform(request) }
            }
        idleWorkers.wake(result.more)
        return result
    }

    /// The current settings; a reload may change the settings.
    var settings: EngineSettings { liveSettings.value }
    var pipelines: PipelineRegistry { livePipelines.value }

    var isStopping: Bool { stopping.isOpen }
}

/// `DaemonRegistration` holds the identity under which this daemon holds its lease.
final class DaemonRegistration: Sendable {
    private let current: Mutex<DaemonIdentity>

    init(_ identity: DaemonIdentity) {
        current = Mutex(identity)
        queues = identity.queues
    }

    var identity: DaemonIdentity { current.withLock { $0 } }
    var daemonID: UUID { identity.daemonID }
    /// The queues from which the daemon takes jobs; nil for every queue.
    let queues: [String]?
}
