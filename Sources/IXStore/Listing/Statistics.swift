/// The content of the queue at one moment.
public struct Statistics: Sendable, Equatable {
    /// Counts per use case, ordered by name; rows without a use case are last.
    public var useCases: [UseCaseCounts]
    /// The daemons that hold a lease.
    public var daemons: [DaemonLease]
    /// Number of writes by foreign code skipped by the store's guards, since the schema was created.
    public var refusedWrites: Int
    /// Counts of the outbox.
    public var callbacks = CallbackCounts()
    /// The oldest hold on dead rows; nil when there is none. Read after the counts, outside their snapshot.
    public var xminHorizon: XminHorizonHold?
    /// Commits waiting for a missing synchronous standby; nil when none waits. Read after the counts, outside their
    /// snapshot.
    public var standbyWait: StandbyWaiting?

    /// Creates statistics with an empty outbox and no holds.
    public init(useCases: [UseCaseCounts], daemons: [DaemonLease], refusedWrites: Int) {
        self.useCases = useCases
        self.daemons = daemons
        self.refusedWrites = refusedWrites
    }

    /// Use cases with waiting jobs and without a live daemon that serves them. Empty while no daemon runs, because then
    /// no use case is served.
    public var unserved: [UseCaseCounts] {
        guard !daemons.isEmpty else { return [] }
        return useCases.filter { counts in
            guard let useCase = counts.useCase, counts.due + counts.scheduled > 0 else { return false }
            return !daemons.contains { $0.daemon.serves(useCase) }
        }
    }

    /// The counts of all use cases together.
    public var total: UseCaseCounts { useCases.reduce(into: UseCaseCounts(useCase: nil)) { $0.add($1) } }
}

/// Sessions whose commits wait for a synchronous standby.
public struct StandbyWaiting: Sendable, Equatable {
    /// The server's setting `synchronous_standby_names`.
    public let names: String
    /// Number of waiting sessions.
    public let sessions: Int

    /// Creates the value from the server's statistics.
    public init(names: String, sessions: Int) {
        self.names = names
        self.sessions = sessions
    }
}

/// Counts of the jobs of one use case.
public struct UseCaseCounts: Sendable, Equatable {
    /// Name of the use case; nil for rows without a use case, and in `Statistics.total`.
    public var useCase: String?
    /// Pending jobs whose time has come.
    public var due = 0
    /// Pending jobs whose time is ahead.
    public var scheduled = 0
    /// Jobs claimed by a daemon.
    public var running = 0
    /// Jobs ended in `done`; 0 when ended jobs were not counted.
    public var done = 0
    /// Jobs ended in `error`; 0 when ended jobs were not counted.
    public var error = 0
    /// Number of failed starts of the counted jobs; starts without charge are left out.
    public var failedStarts = 0
    /// Seconds for which the oldest due job has waited since its time; nil when no job is due.
    public var oldestDue: Double?
    /// Counted jobs whose callback was delivered.
    public var callbacksDelivered = 0
    /// Counted jobs whose callback failed for good.
    public var callbacksFailed = 0
    /// Ended jobs with a callback URL and no result of the callback yet; 0 when ended jobs were not counted.
    public var callbacksOutstanding = 0

    /// Creates counts of 0.
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

/// A daemon that holds its lease.
public struct DaemonLease: Sendable, Equatable {
    /// Identity of the daemon.
    public let daemon: DaemonIdentity
    /// Time of the daemon's registration, by the store's clock (ISO 8601, UTC).
    public let startedAt: String
    /// Number of running jobs held by the daemon.
    public let jobs: Int
    /// Seconds until the lease ends unless a heartbeat renews it; nil where a file lock shows the living daemon.
    public let leaseLeft: Double?
    /// The pipelines that take no jobs at this daemon at present.
    public let openBreakers: [OpenBreaker]

    /// Creates the value from the daemon's row.
    public init(
        daemon: DaemonIdentity, startedAt: String, jobs: Int, leaseLeft: Double?, openBreakers: [OpenBreaker] = []
    ) {
        self.openBreakers = openBreakers
        self.daemon = daemon
        self.startedAt = startedAt
        self.jobs = jobs
        self.leaseLeft = leaseLeft
    }
}
