/// What the queue holds at one moment.
public struct Statistics: Sendable, Equatable {
    /// By name; rows without a use case last.
    public var useCases: [UseCaseCounts]
    /// Those that hold a lease.
    public var workers: [WorkerLease]
    /// Writes of foreign code that the store's guards skipped, ever.
    public var refusedWrites: Int
    /// The outbox.
    public var callbacks = CallbackCounts()
    /// The oldest one; nil when there is none.
    public var horizon: HorizonHold?
    /// Commits wait for a synchronous standby that isn't there; nil when none does.
    public var standbyWait: StandbyWaiting?

    public init(useCases: [UseCaseCounts], workers: [WorkerLease], refusedWrites: Int) {
        self.useCases = useCases
        self.workers = workers
        self.refusedWrites = refusedWrites
    }

    /// Use cases with jobs that wait and that no live worker serves. None while no worker is there at all: then nothing is
    /// served.
    public var unserved: [UseCaseCounts] {
        guard !workers.isEmpty else { return [] }
        return useCases.filter { counts in
            guard let useCase = counts.useCase, counts.due + counts.scheduled > 0 else { return false }
            return !workers.contains { $0.worker.serves(useCase) }
        }
    }

    /// All use cases together.
    public var total: UseCaseCounts { useCases.reduce(into: UseCaseCounts(useCase: nil)) { $0.add($1) } }
}

/// Sessions whose commits wait for a synchronous standby.
public struct StandbyWaiting: Sendable, Equatable {
    /// As the server's `synchronous_standby_names` has them.
    public let names: String
    public let sessions: Int

    public init(names: String, sessions: Int) {
        self.names = names
        self.sessions = sessions
    }
}

/// The jobs of one use case.
public struct UseCaseCounts: Sendable, Equatable {
    public var useCase: String?
    /// Pending, and their time has come.
    public var due = 0
    /// Pending, their time is ahead.
    public var scheduled = 0
    public var running = 0
    /// 0 when ended jobs were not counted, as the rest below.
    public var done = 0
    public var error = 0
    /// Starts that failed, over all jobs.
    public var failedStarts = 0
    /// Seconds that the oldest due job has waited since its time; nil when none is due.
    public var oldestDue: Double?
    public var callbacksDelivered = 0
    public var callbacksFailed = 0
    /// Ended jobs whose caller has not been told yet.
    public var callbacksOutstanding = 0

    public init(useCase: String?) { self.useCase = useCase }

    mutating func add(_ other: UseCaseCounts) {
        due += other.due
        scheduled += other.scheduled
        running += other.running
        done += other.done
        error += other.error
        failedStarts += other.failedStarts
        oldestDue = [oldestDue, other.oldestDue].compactMap { $0 }.max()
        callbacksDelivered += other.callbacksDelivered
        callbacksFailed += other.callbacksFailed
        callbacksOutstanding += other.callbacksOutstanding
    }
}

/// A worker process that holds its lease.
public struct WorkerLease: Sendable, Equatable {
    public let worker: WorkerIdentity
    public let startedAt: String
    public let jobs: Int
    /// Seconds until the lease ends, unless a heartbeat renews it; nil where a lock says who is alive.
    public let leaseLeft: Double?
    /// Pipelines that take no jobs there for now.
    public let openBreakers: [OpenBreaker]

    public init(
        worker: WorkerIdentity, startedAt: String, jobs: Int, leaseLeft: Double?, openBreakers: [OpenBreaker] = []
    ) {
        self.openBreakers = openBreakers
        self.worker = worker
        self.startedAt = startedAt
        self.jobs = jobs
        self.leaseLeft = leaseLeft
    }
}
