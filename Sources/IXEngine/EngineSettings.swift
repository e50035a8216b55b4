public import IXStore

/// `EngineSettings` holds the engine's limits and times. Durations use the process's own clock unless a property says
/// otherwise.
public struct EngineSettings: Sendable {
    /// The number of workers, and so of jobs that run at once.
    public var workers: Int
    /// The maximum number of workers whose completions and claims share a transaction; 1 gives each worker its own
    /// transaction.
    public var batch: Int
    /// The interval at which an idle daemon asks for jobs even without a notification.
    public var poll: Duration
    /// The time that a stop lets running jobs finish.
    public var grace: Duration
    /// The time that a cancelled pipeline has to stop; a pipeline that does not stop is abandoned 5 seconds later.
    public var killGrace: Duration
    /// The time without a heartbeat (by the store's clock) after which other daemons may take this daemon's jobs.
    public var lease: Duration
    /// The interval between two heartbeats; must be well below `lease`.
    public var heartbeat: Duration
    /// The interval between two sweeps for orphans.
    public var sweep: Duration
    /// The age at which a running row without a lease (a legacy worker's row) counts as an orphan.
    public var unleasedAfter: Duration
    /// The time after which a due job ends whose use case no daemon serves.
    public var unservedAfter: Duration
    /// The longest time one store call may take. A claim older than `callTimeout` plus one second that the engine
    /// doesn't know is handed back.
    public var callTimeout: Duration
    /// The longest time one step that asks the store may take, including the wait for a connection. A longer step
    /// counts as stalled.
    public var patience: Duration
    /// The time that ended jobs are kept before the prune deletes the rows.
    public var retention: Retention
    /// The maximum number of jobs that one step of a prune deletes.
    public var pruneBatch: Int
    /// The time that a session may keep dead rows from being cleared before the daemon logs a warning; nil turns the
    /// warning off.
    public var horizonWarning: Duration?

    /// Creates settings without checking any value; `IXConfig` checks the values of a configuration.
    public init(
        workers: Int, batch: Int = 1, poll: Duration, grace: Duration, killGrace: Duration, lease: Duration,
        heartbeat: Duration, sweep: Duration, unleasedAfter: Duration, unservedAfter: Duration = .seconds(600),
        callTimeout: Duration,
        patience: Duration,
        retention: Retention = Retention(), pruneBatch: Int = 500, horizonWarning: Duration? = nil
    ) {
        self.workers = workers
        self.batch = batch
        self.poll = poll
        self.grace = grace
        self.killGrace = killGrace
        self.lease = lease
        self.heartbeat = heartbeat
        self.sweep = sweep
        self.unleasedAfter = unleasedAfter
        self.unservedAfter = unservedAfter
        self.callTimeout = callTimeout
        self.patience = patience
        self.retention = retention
        self.pruneBatch = pruneBatch
        self.horizonWarning = horizonWarning
    }
}
