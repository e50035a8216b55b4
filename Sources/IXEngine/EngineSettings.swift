import IXCore
package import IXStore

/// `EngineSettings` holds the engine's limits and times. Durations use the process's own clock unless a property says
/// otherwise.
package struct EngineSettings: Sendable {
    /// The number of workers, and so of jobs that run at once.
    package var workers: Int
    /// The maximum number of workers whose completions and claims share a transaction; 1 gives each worker its own
    /// transaction.
    package var batch: Int
    /// The interval at which an idle daemon asks for jobs even without a notification.
    package var poll: Duration
    /// The time for running jobs to finish at a stop.
    package var grace: Duration
    /// The time for a cancelled pipeline to stop. A pipeline still running 5 seconds later is abandoned.
    package var killGrace: Duration
    /// The time without a heartbeat (by the store's clock) after which other daemons may take this daemon's jobs.
    package var lease: Duration
    /// The interval between two heartbeats; must be well below `lease`.
    package var heartbeat: Duration
    /// The interval between two sweeps for orphans.
    package var sweep: Duration
    /// The time after which a due job ends whose use case no daemon serves.
    package var unservedAfter: Duration
    /// The longest time for a store call. A claim unknown to the engine and older than `callTimeout` plus 1 second is
    /// handed back.
    package var callTimeout: Duration
    /// The longest time for a step that asks the store, including the wait for a connection. A longer step counts as
    /// stalled.
    package var stepLimit: Duration
    /// Computes `stepLimit` for another number of workers; nil: `stepLimit` holds for any number.
    package var stepRule: StepRule?
    /// The maximum of an operator's wish for a number of workers.
    package var mostWorkers = Limits.workers.upperBound
    /// The time before the prune deletes ended jobs.
    package var retention: Retention
    /// The maximum number of jobs deleted by a batch of the prune.
    package var pruneBatch: Int

    /// True when what happened is kept in the store's history. Counts are needed for the history.
    package var keepsHistory: Bool

    /// Creates settings without checking any value; `IXConfig` checks the values of a configuration.
    package init(
        workers: Int, batch: Int = 1, poll: Duration, grace: Duration, killGrace: Duration, lease: Duration,
        heartbeat: Duration, sweep: Duration, unservedAfter: Duration = .seconds(600),
        callTimeout: Duration,
        stepLimit: Duration, stepRule: StepRule? = nil,
        retention: Retention = Retention(), pruneBatch: Int = 500, keepsHistory: Bool = false
    ) {
        self.keepsHistory = keepsHistory
        self.workers = workers
        self.batch = batch
        self.poll = poll
        self.grace = grace
        self.killGrace = killGrace
        self.lease = lease
        self.heartbeat = heartbeat
        self.sweep = sweep
        self.unservedAfter = unservedAfter
        self.callTimeout = callTimeout
        self.stepLimit = stepLimit
        self.stepRule = stepRule
        self.retention = retention
        self.pruneBatch = pruneBatch
    }
}
