import IXCore
import IXPipelines
import IXStore
import Logging
import Synchronization

/// What the workers of one engine have in common.
struct WorkerShared: Sendable {
    let settings: EngineSettings
    let store: any JobStore
    let pipelines: PipelineRegistry
    let callbacks: any CallbackSink
    let registration: Registration
    let running = RunningJobs()
    let gate = WakeGate()
    let outage: Outage
    /// Open once nobody claims any more.
    let draining = Latch()
    /// Open once running jobs are to be stopped.
    let stopping = Latch()
    let logger: Logger

    var isStopping: Bool { stopping.isOpen }

    /// Stopping, and the store doesn't answer: the lease's end frees the job.
    var isGivingUp: Bool { stopping.isOpen }

    /// The claim was made under an identity that is gone.
    func hasLostLease(_ attempt: Attempt) -> Bool { running.isLost(attempt.claimID) }
}
