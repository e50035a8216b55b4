import IXCore
import IXPipelines
import IXStore
import Logging
import Synchronization

/// What the workers of one engine have in common.
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
    /// Through which ends and claims go when they travel together; nil: each worker asks the store itself.
    let exchanger: Exchanger?
    let tally: Tally
    let effects: EndEffects
    /// When a claim last came back, however it ended.
    let lastClaim = Live(ContinuousClock.now)
    /// Open once nobody claims any more.
    let draining = Latch()
    /// Open once running jobs are to be stopped.
    let stopping: Latch
    /// A breaker opened or closed, which others ought to see.
    let onBreakers = Live<@Sendable () -> Void>({})
    let neighbours = Live(Neighbours())
    /// A claim brought a job that no pipeline here serves.
    let onForeign = Live<@Sendable () -> Void>({})
    let logger: Logger

    /// An end, a claim or both, in a transaction of its own or together with other workers'.
    func ask(_ exchange: Exchange) async throws(StoreError) -> Exchange.Result {
        if let exchanger { return try await exchanger.exchange(exchange) }
        return try await store.perform { try $0.answer(exchange) }
    }

    /// As of now: a reload may change them.
    var settings: EngineSettings { liveSettings.value }
    var pipelines: PipelineRegistry { livePipelines.value }

    var isStopping: Bool { stopping.isOpen }
}
