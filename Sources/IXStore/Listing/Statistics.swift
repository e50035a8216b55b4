/// The content of the queue at one moment.
package struct Statistics: Sendable, Equatable {
    /// Counts per use case, ordered by name; rows without a use case are last.
    package var useCases: [UseCaseCounts]
    /// The daemons that hold a lease.
    package var daemons: [DaemonLease]
    /// Number of writes by foreign code skipped by the store's guards, since the schema was created.
    package var refusedWrites: Int
    /// Counts of the outbox.
    package var callbacks = CallbackCounts()
    /// The oldest hold on dead rows; nil when there is none. Read after the counts, outside their snapshot.
    package var xminHorizon: XminHorizonHold?
    /// Commits waiting for a missing synchronous standby; nil when none waits. Read after the counts, outside their
    /// snapshot.
    package var standbyWait: StandbyWaiting?
    /// Queues with due jobs that no live daemon takes; empty while a live daemon takes every queue, or none lives.
    package var unservedQueues: [UnservedQueue] = []
    /// The schedules.
    package var schedules = ScheduleOutlook()
    /// Seconds since the count of waiting and running jobs; nil for a count of this moment.
    package var countedAgo: Double?
    /// Seconds by which a copy of the store lagged when it counted; 0 for the store itself.
    package var dataAge = 0.0
    /// True when a count of waiting jobs is an estimate.
    package var isEstimate = false

    /// Creates statistics with an empty outbox and no holds.
    package init(useCases: [UseCaseCounts], daemons: [DaemonLease], refusedWrites: Int) {
        self.useCases = useCases
        self.daemons = daemons
        self.refusedWrites = refusedWrites
    }

    /// Use cases with waiting jobs and without a live daemon that serves them. Empty while no daemon runs, because then
    /// no use case is served.
    package var unserved: [UseCaseCounts] {
        guard !daemons.isEmpty else { return [] }
        return useCases.filter { counts in
            guard let useCase = counts.useCase, counts.due + counts.scheduled > 0 else { return false }
            return !daemons.contains { $0.daemon.serves(useCase) }
        }
    }

    /// The counts of all use cases together.
    package var total: UseCaseCounts { useCases.reduce(into: UseCaseCounts(useCase: nil)) { $0.add($1) } }
}

/// Sessions whose commits wait for a synchronous standby.
package struct StandbyWaiting: Sendable, Equatable {
    /// The server's setting `synchronous_standby_names`.
    package let names: String
    /// Number of waiting sessions.
    package let sessions: Int

    /// Creates the value from the server's statistics.
    package init(names: String, sessions: Int) {
        self.names = names
        self.sessions = sessions
    }
}

/// Counts of the jobs of one use case.
package struct UseCaseCounts: Sendable, Equatable {
    /// Name of the use case; nil for rows without a use case, and in `Statistics.total`.
    package var useCase: String?
    /// Pending jobs whose time has come.
    package var due = 0
    /// Of the due jobs, those that stand in a line without a place: behind a limit, a rate or a pause.
    package var held = 0
    /// Pending jobs whose time is ahead.
    package var scheduled = 0
    /// Jobs claimed by a daemon.
    package var running = 0
    /// Jobs ended in `done`; 0 when ended jobs were not counted.
    package var done = 0
    /// Jobs ended in `error`; 0 when ended jobs were not counted.
    package var error = 0
    /// Number of failed starts of the counted jobs; starts without charge are left out. Nil for counts of levels, which
    /// don't tell.
    package var failedStarts: Int? = 0
    /// Seconds for which the oldest due job has waited since its time; nil when no job is due.
    package var oldestDue: Double?
    /// Counted jobs whose callback was delivered.
    package var callbacksDelivered = 0
    /// Counted jobs whose callback failed for good.
    package var callbacksFailed = 0
    /// Ended jobs with a callback URL and no result of the callback yet; 0 when ended jobs were not counted.
    package var callbacksOutstanding = 0

    /// Creates counts of 0.
    package init(useCase: String?) { self.useCase = useCase }

    mutating func add(_ other: UseCaseCounts) {
        due += other.due
        held += other.held
        scheduled += other.scheduled
        running += other.running
        done += other.done
        error += other.error
        failedStarts = failedStarts.flatMap { own in other.failedStarts.map { own + $0 } }
        oldestDue = [oldestDue, other.oldestDue].compactMap { $0 }.max()
        callbacksDelivered += other.callbacksDelivered
        callbacksFailed += other.callbacksFailed
        callbacksOutstanding += other.callbacksOutstanding
    }
}

/// A daemon that holds its lease.
package struct DaemonLease: Sendable, Equatable {
    /// Identity of the daemon.
    package let daemon: DaemonIdentity
    /// Time of the daemon's registration, by the store's clock (ISO 8601, UTC).
    package let startedAt: String
    /// Number of running jobs held by the daemon.
    package let jobs: Int
    /// Seconds until the lease ends unless a heartbeat renews it; nil where a file lock shows the living daemon.
    package let leaseLeft: Double?
    /// The pipelines that take no jobs at this daemon at present.
    package let openBreakers: [OpenBreaker]
    /// An operator's wish for a number of workers; nil: the configuration's.
    package let wantedWorkers: Int?

    /// Creates the value from the daemon's row.
    package init(
        daemon: DaemonIdentity, startedAt: String, jobs: Int, leaseLeft: Double?, openBreakers: [OpenBreaker] = [],
        wantedWorkers: Int? = nil
    ) {
        self.openBreakers = openBreakers
        self.wantedWorkers = wantedWorkers
        self.daemon = daemon
        self.startedAt = startedAt
        self.jobs = jobs
        self.leaseLeft = leaseLeft
    }
}

/// A session, prepared transaction, replication slot or standby that keeps dead rows from being cleared. Claims then
/// step over ever more dead rows.
package struct XminHorizonHold: Sendable, Equatable {
    /// An id that stays equal for as long as the hold lasts.
    package let id: String
    /// The holder, for people: `transaction pid 4711, psql of bob, idle in transaction`.
    package let holder: String
    /// Number of transactions begun since the hold began.
    package let transactions: Int
    /// Duration of the hold by the store's clock, in seconds; nil where the store doesn't report it.
    package let seconds: Double?

    /// Creates the value from a row of the server's statistics.
    package init(id: String, holder: String, transactions: Int, seconds: Double?) {
        self.id = id
        self.holder = holder
        self.transactions = transactions
        self.seconds = seconds
    }
}
