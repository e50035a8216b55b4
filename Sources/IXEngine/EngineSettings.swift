public import IXStore

/// How the engine works; durations are the process's own clock unless said otherwise.
public struct EngineSettings: Sendable {
    /// Jobs in flight at a time.
    public var workers: Int
    /// Workers whose ends and claims may travel in one transaction; 1: each has its own.
    public var batch: Int
    /// An idle daemon looks for work this often even when no notification came.
    public var poll: Duration
    /// How long a stop lets running jobs finish.
    public var grace: Duration
    /// How long a pipeline may take to stop once cancelled; it is abandoned a little later.
    public var killGrace: Duration
    /// How long this process's jobs stay its own without a heartbeat (the store's clock).
    public var lease: Duration
    public var heartbeat: Duration
    public var sweep: Duration
    /// A running row without a lease (an old worker's) is an orphan after this long.
    public var unleasedAfter: Duration
    /// A job whose use case no daemon serves ends after this long.
    public var unservedAfter: Duration
    /// A claim's reply may be under way this long.
    public var callTimeout: Duration
    /// How long one step that asks the store may take, the wait for a connection included; longer is a standstill.
    public var patience: Duration
    public var retention: Retention
    /// Jobs deleted by one step of a prune.
    public var pruneBatch: Int
    /// How long somebody may keep dead rows from being cleared before it is told; nil: it never is.
    public var horizonWarning: Duration?

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
