import Dispatch
import Glibc
public import IXConcurrency
import IXCore
public import IXStore
import IXTelemetry
public import Logging
import Synchronization

/// Listens for notifications on a connection of its own, and reconnects.
///
/// A half-open connection delivers nothing and reports no failure. So after `heartbeat` without input the listener asks
/// the server, on the listening connection, for its channels. After every connection `onNotification` gets a notice of
/// each kind, because notifications may have been missed.
public final class PostgresListener: JobNotifier {
    /// The loop's liveness, renewed before every step that may take long.
    public let liveness: Liveness
    private let parameters: ConnectionParameters
    private let heartbeat: Duration
    private let logger: Logger
    private let queue = DispatchQueue(label: "ix.listener")
    private let state = LoopState()
    private let listening = Mutex(true)
    private let wakeUp: WakePipe

    /// Makes a listener; `start` connects. `heartbeat` is the longest time without a check of the connection.
    public init(_ parameters: ConnectionParameters, heartbeat: Duration = .seconds(10), logger: Logger) {
        var own = parameters
        own.applicationName += " (listener)"
        self.parameters = own
        self.heartbeat = heartbeat
        self.logger = logger
        wakeUp = WakePipe()
        liveness = Liveness("the listener", nextWithin: .seconds(1_000_000_000))  // not started yet
    }

    /// False while the connection is lost, or when a pooler makes listening useless.
    public var isListening: Bool { listening.withLock { $0 } }
    /// Two of the inserts within 10 ms notify (`ix_hint`). The first look follows when the remaining inserts have been
    /// committed, the second look serves inserts with a slow commit.
    public let laterLooks: [Duration] = [.milliseconds(20), .milliseconds(150)]

    /// Starts the loop and returns at once. `onNotification` is called on the listener's queue, one call at a time.
    /// Only the first start counts, unless `stop` came first.
    public func start(_ onNotification: @escaping @Sendable (JobNotification) -> Void) async {
        guard state.start() else { return }
        queue.async { [self] in
            run(onNotification)
            liveness.end()
            state.end()
        }
    }

    /// Stops the loop; returns after the last call of `onNotification`, and at once without a start.
    public func stop() async { await state.stop { wakeUp.write() } }

    /// Runs the listener's loop on its own queue, where blocking is allowed.
    private func run(_ onNotification: @Sendable (JobNotification) -> Void) {
        var backoff = Backoff()
        var faults = 0
        while !isStopped {
            do {
                let isOfUse = try listen(onNotification) {
                    backoff.reset()
                    if faults > 1 { logger.log(.listenerBack) }
                    faults = 0
                }
                guard isOfUse else { return }
            } catch {
                listening.withLock { $0 = false }
                guard !isStopped else { return }
                faults += 1
                // A single failure isn't logged, because a fresh connection may be enough.
                if faults == 2 { logger.log(.listenerLost, ["reason": "\(error)"]) }
                beat()
                wakeUp.wait(for: Deadline(after: backoff.next()).milliseconds)
            }
        }
    }

    private var isStopped: Bool { state.isStopped }

    /// Listens until the listener is stopped or fails; returns false when listening is useless.
    private func listen(_ onNotification: @Sendable (JobNotification) -> Void, connected: () -> Void) throws -> Bool {
        beat()
        let link = try PostgresLink.connect(parameters)
        if try isPooledAway(link) { return false }
        try link.script(
            "LISTEN ix_jobs; LISTEN ix_cancels; LISTEN ix_callbacks", by: Deadline(after: parameters.callTimeout))
        listening.withLock { $0 = true }
        connected()
        onNotification(.jobs(1))
        onNotification(.cancels)
        onNotification(.callbacks)
        while !isStopped {
            beat()
            let isQuiet = !link.waitForInput(or: wakeUp.readEnd, until: Deadline(after: heartbeat))
            if isQuiet { try proveAlive(link) }
            let said = try link.takeNotifications()
            if let hints = said["ix_jobs"] { notify(hints, onNotification) }
            if said["ix_cancels"] != nil { onNotification(.cancels) }
            if said["ix_callbacks"] != nil { onNotification(.callbacks) }
        }
        return true
    }

    /// Passes hints on. A hint without a stamp (from a move or from foreign code) is for every daemon.
    private func notify(_ hints: [String], _ onNotification: @Sendable (JobNotification) -> Void) {
        let stamps = hints.compactMap(UInt64.init)
        if !stamps.isEmpty { onNotification(.stampedJobs(stamps)) }
        if stamps.count < hints.count { onNotification(.jobs(hints.count - stamps.count)) }
    }

    /// Returns true behind a pooler in transaction mode, where LISTEN succeeds but no notification ever arrives.
    private func isPooledAway(_ link: PostgresLink) throws -> Bool {
        guard !parameters.isPrepared, try link.isPooled(by: Deadline(after: parameters.callTimeout)) else {
            return false
        }
        listening.withLock { $0 = false }
        logger.log(.listenerPooled)
        return true
    }

    /// Reports the loop as alive. No step takes longer than a connection, a statement and the wait between two
    /// statements.
    private func beat() {
        liveness.beat(nextWithin: heartbeat + parameters.connectTimeout + parameters.callTimeout + .seconds(15))
    }

    private func proveAlive(_ link: PostgresLink) throws {
        let limit = min(parameters.callTimeout, .seconds(5))
        let rows = try link.script("SELECT count(*) FROM pg_listening_channels()", by: Deadline(after: limit))
        guard rows.first?.text(at: 0) == "3" else {
            throw PostgresError(kind: .connection, message: "the connection no longer listens")
        }
    }
}
