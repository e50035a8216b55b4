import Dispatch
import Glibc
import IXCore
import IXLogs
public import IXStore
public import Logging
import Synchronization

/// Notices jobs that any process put into the file, by the change of its log: no asking around while nothing happens.
///
/// Our own commits change the log, too; so a change only leads to a look whether a job is due, and looks are kept apart.
/// What was written is seen before it is committed: the disk has still to take it, and the commit itself changes nothing
/// that could be watched. So a change is followed by further looks.
public final class SQLiteArrivals: JobArrivals {
    public let pulse: Pulse
    private let store: SQLiteStore
    private let logger: Logger
    private let executor = DispatchQueueExecutor(label: "ix.arrivals")
    private let stopped = Mutex(false)
    private let watching = Mutex(true)
    private let lastCancel = Mutex<String?>(nil)
    private let done = DispatchSemaphore(value: 0)
    private let wakeUp = WakePipe()

    /// More than that need not be told of at a time: who finds a job wakes the next.
    private static let most = 64
    /// What a commit takes on a quick disk: a look before would be for nothing.
    private static let commit: Int32 = 1
    /// Between two looks, with it; a job that arrives meanwhile waits that long.
    private static let apart: Int32 = 2
    private static let heartbeat: Int32 = 10_000
    /// Where changes can't be seen they are looked for: still within the 50 ms in which a job is to be noticed.
    private static let withoutWatch: Int32 = 25

    public init(_ store: SQLiteStore, logger: Logger) {
        self.store = store
        self.logger = logger
        pulse = Pulse("the watch on the file", allowance: .seconds(1_000_000_000))  // not started yet
    }

    public var isListening: Bool { watching.withLock { $0 } }

    public func start(_ noticed: @escaping @Sendable (JobNotice) -> Void) async {
        executor.queue.async { [self] in
            run(noticed)
            pulse.end()
            done.signal()
        }
    }

    public func stop() async {
        stopped.withLock { $0 = true }
        wakeUp.write()
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "ix.arrivals.stop").async { [self] in
                done.wait()
                continuation.resume()
            }
        }
    }

    /// The watch's life, on its own queue, which it may block.
    private func run(_ noticed: @Sendable (JobNotice) -> Void) {
        guard let watch = FileWatch(store.file) else { return runBlind(noticed) }
        noticed(.jobs(1))
        // What was written before there was a watch.
        look(noticed)
        var aftermath = Aftermath()
        while !isStopped {
            beat()
            watch.wait(or: wakeUp.readEnd, milliseconds: aftermath.nextPause ?? Self.heartbeat)
            if watch.take() {
                wakeUp.wait(for: Self.commit)
                look(noticed)
                aftermath.begin()
                wakeUp.wait(for: Self.apart)
            } else if aftermath.isOn {
                look(noticed)
            }
        }
    }

    private func runBlind(_ noticed: @Sendable (JobNotice) -> Void) {
        watching.withLock { $0 = false }
        logger.tell(.fileNotWatched, ["reason": "\(String(cString: strerror(errno)))"])
        while !isStopped {
            beat()
            look(noticed)
            wakeUp.wait(for: Self.withoutWatch)
        }
    }

    private var isStopped: Bool { stopped.withLock { $0 } }

    private func look(_ noticed: @Sendable (JobNotice) -> Void) {
        // ignored: whoever claims meets the same fault and tells it; the poll looks again
        if let due = try? store.countDue(limit: Self.most), due > 0 { noticed(.jobs(due)) }
        // ignored: as above
        if (try? store.hasDueCallback()) == true { noticed(.callbacks) }
        // ignored: as above
        guard let cancel = try? store.lastCancel() else { return }
        let isNews = lastCancel.withLock { last in
            defer { last = cancel }
            return last != cancel
        }
        if isNews { noticed(.cancels) }
    }

    private func beat() { pulse.beat(allowance: .milliseconds(Int(Self.heartbeat)) + store.callTimeout + .seconds(15)) }
}
