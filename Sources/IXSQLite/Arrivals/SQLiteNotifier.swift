import Glibc
package import IXConcurrency
import IXCore
package import IXStore
import IXTelemetry
package import Logging
import Synchronization

/// Notices jobs that any process inserts into the file, by the change of its log, without polling in between.
///
/// The daemon's own commits change the log, too. So a change only leads to a look for due jobs, and looks are at least
/// 2 ms apart. A write is noticed before its commit, because the disk has yet to take the commit. The commit itself
/// changes nothing that could be watched. So further looks follow a change.
package final class SQLiteNotifier: JobNotifier {
    /// The loop's liveness, renewed before every wait.
    package let liveness: Liveness
    private let store: SQLiteStore
    private let logger: Logger
    private let executor = DispatchQueueExecutor(label: "ix.notifier")
    private let life = LoopLife()
    private let watching = Mutex(true)
    private let marks = Mutex(NotifierMarks())
    private let feed = NotificationFeed()
    private let wakeUp = WakeEvent()

    /// The highest reported number of due jobs; a worker that finds a job wakes the next worker.
    private static let most = 64
    /// Milliseconds of a commit on a fast disk; an earlier look would be in vain.
    private static let commit: Int32 = 1
    /// Milliseconds between two looks, beside the commit's; the longest wait of a job that arrives meanwhile.
    private static let apart: Int32 = 2
    private static let heartbeat: Int32 = 10_000
    /// Milliseconds between looks without a watch: within the 50 ms in which a job is to be noticed.
    private static let withoutWatch: Int32 = 25

    /// Makes a watch on the store's file; `run` begins the watch.
    package init(_ store: SQLiteStore, logger: Logger) {
        self.store = store
        self.logger = logger
        liveness = Liveness("the watch on the file", nextWithin: .seconds(1_000_000_000))  // not started yet
    }

    /// False when the system has no free watch; the loop then looks every 25 ms.
    package var isListening: Bool { watching.withLock { $0 } }

    package func subscribe() -> AsyncStream<JobNotification> { feed.subscribe() }

    /// Runs the loop. A file has a single daemon, so no neighbours are asked for.
    package func run(among neighbours: @escaping @Sendable () -> Neighbours) async {
        await life.run {
            await Task(executorPreference: executor) { [self] in keepWatching() }.value
            feed.finish()
            liveness.end()
        }
    }

    package func stop() {
        life.stop()
        wakeUp.signal()
        if life.ended.isOpen { feed.finish() }
    }

    /// Runs the watch's loop. Requires: the caller may block.
    private func keepWatching() {
        guard let watch = FileWatch(store.file) else { return runBlind() }
        feed.send(.jobs(1))
        // Looks for writes before the watch began. Such a write's commit may be visible only later, as any other's.
        look()
        var aftermath = FollowUpSchedule()
        aftermath.begin()
        while !isStopped {
            beat()
            watch.wait(or: wakeUp.descriptor, milliseconds: aftermath.nextPause ?? Self.heartbeat)
            if watch.take() {
                wakeUp.wait(for: Self.commit)
                look()
                aftermath.begin()
                wakeUp.wait(for: Self.apart)
            } else if aftermath.isOn {
                look()
            }
        }
    }

    private func runBlind() {
        watching.withLock { $0 = false }
        logger.log(.fileNotWatched, ["reason": "\(String(cString: strerror(errno)))"])
        while !isStopped {
            beat()
            look()
            wakeUp.wait(for: Self.withoutWatch)
        }
    }

    private var isStopped: Bool { life.isStopped }

    private func look() {
        // ignored: a claim meets and reports an equal fault; the poll looks again
        if let due = try? store.countDue(limit: Self.most), due > 0 { feed.send(.jobs(due)) }
        // ignored: as above
        if (try? store.hasDueCallback()) == true { feed.send(.callbacks) }
        // ignored: as above
        guard let found = try? store.marks() else { return }
        let last = marks.withLock { marks in
            defer { marks = NotifierMarks(cancel: found.cancel ?? marks.cancel, unplanned: found.unplanned) }
            return marks
        }
        if let cancel = found.cancel, last.cancel != cancel { feed.send(.cancels) }
        if let unplanned = found.unplanned, last.unplanned != unplanned { feed.send(.schedules) }
    }

    private func beat() {
        liveness.beat(nextWithin: .milliseconds(Int(Self.heartbeat)) + store.callTimeout + .seconds(15))
    }
}
