package import IXConcurrency

/// A notification for a daemon.
package enum JobNotification: Sendable, Equatable {
    /// Up to this number of jobs may have arrived that this daemon asks for first.
    case jobs(Int)
    /// Jobs may have been committed shortly after the last arrivals, without a notification of their own.
    case followUp
    /// Running jobs may have been cancelled.
    case cancels
    /// Callbacks may have become due by the commit of another process.
    case callbacks
    /// Schedules may have no plan.
    case schedules
}

/// The live daemons of a store, as the asking daemon last saw them.
package struct Neighbours: Sendable, Equatable {
    /// The number of daemons with a lease, including the asking daemon.
    package var count: Int
    /// The rank of the asking daemon among the daemons, ordered by id, from 0.
    package var rank: Int

    /// Creates the value; the defaults describe a lone daemon.
    package init(count: Int = 1, rank: Int = 0) {
        self.count = count
        self.rank = rank
    }
}

/// Notifies a daemon and its server of arrived jobs, cancels and due callbacks.
///
/// Gains: an idle daemon hears of a job within milliseconds, and polls rarely.
/// Guarantees: a notification is a hint. A hint may be missed or doubled, so the daemon also polls. After a start or a
/// reconnection every kind of hint is sent, because earlier hints may have been missed. A store in which a commit may
/// send no hint sends `.followUp` after an arrival.
/// Concurrency: the loop blocks a queue of its own and no other; every member may be used from any thread.
package protocol JobNotifier: Sendable {
    /// Returns a stream of the notifications from now on, for a single consumer; any number of streams may exist. The
    /// stream ends with the loop.
    ///
    /// Guarantees: a slow consumer delays no other consumer and loses no kind of hint. Notifications that wait are
    /// merged, one a kind; the numbers of jobs are added.
    func subscribe() -> AsyncStream<JobNotification>
    /// Runs the loop, and returns after every stream has got its last notification. `neighbours` is asked for each
    /// arrival, so that the daemons of a store share the work of polling. A store with a single daemon asks nothing.
    ///
    /// Guarantees: only the first run counts, and none after a stop; any other run returns at once.
    /// Requires: a `neighbours` that returns quickly.
    func run(among neighbours: @escaping @Sendable () -> Neighbours) async
    /// Asks the loop to end, and returns at once. A loop that never ran ends every stream.
    func stop()
    /// True while hints come through, as far as the loop knows; false means the daemon relies on polling.
    var isListening: Bool { get }
    /// Liveness of the loop, watched by the daemon.
    var liveness: Liveness { get }
}

extension JobNotifier {
    /// Runs the loop for a process without neighbours.
    package func run() async { await run { Neighbours() } }
}
