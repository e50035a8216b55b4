import IXCore
import IXPipelines
import IXStore
import Logging
import Synchronization

/// `WorkerShared` holds the parts shared by all workers of an engine.
struct WorkerShared: Sendable {
    let liveSettings: Live<EngineSettings>
    let store: any JobStore
    let livePipelines: Live<PipelineRegistry>
    let callbacks: any CallbackSink
    let registration: Registration
    let running: RunningJobs
    let kept: KeptEnds
    let gate: WakeGate
    let admission: Admission
    let outage: Outage
    /// Sends completions and claims of several workers together; nil when each worker asks the store alone.
    let exchanger: Exchanger?
    let tally: Tally
    let effects: EndEffects
    /// The time of the last reply to a claim, with any result.
    let lastClaim = Live(ContinuousClock.now)
    /// Opens when claiming has ended.
    let draining = Latch()
    /// Opens when running jobs are to be stopped.
    let stopping: Latch
    /// Called after a breaker opened or closed, so that the change is recorded in the store.
    let onBreakers = Live<@Sendable () -> Void>({})
    let neighbours = Live(Neighbours())
    /// Called after a claim brought a job without a pipeline in this daemon.
    let onForeign = Live<@Sendable () -> Void>({})
    let logger: Logger

    /// Sends a completion, a claim or both, in a transaction of its own or together with other workers' requests.
    func ask(_ exchange: Exchange) async throws(StoreError) -> Exchange.Result {
        if let exchanger { return try await exchanger.exchange(exchange) }
        return try await store.perform { try $0.answer(exchange) }
    }

    /// The current settings; a reload may change the settings.
    var settings: EngineSettings { liveSettings.value }
    var pipelines: PipelineRegistry { livePipelines.value }

    var isStopping: Bool { stopping.isOpen }
}
