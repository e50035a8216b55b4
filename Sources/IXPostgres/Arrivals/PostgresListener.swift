import Glibc
package import IXConcurrency
import IXCore
package import IXStore
import IXTelemetry
package import Logging
import Synchronization

/// Listens for notifications on a connection of its own, and reconnects.
///
/// A half-open connection delivers nothing and reports no failure. So after `heartbeat` without input the listener asks
/// the server, on the listening connection, for its channels. After every connection a notification of each kind is sent,
/// because notifications may have been missed.
package final class PostgresListener: JobNotifier {
    /// The loop's liveness, renewed before every step that may take long.
    package let liveness: Liveness
    private let parameters: ConnectionParameters
    private let heartbeat: Duration
    private let logger: Logger
    private let executor = DispatchQueueExecutor(label: "ix.listener")
    private let life = LoopLife()
    private let listening = Mutex(true)
    private let feed = NotificationFeed()
    private let wakeUp: WakeEvent

    /// Makes a listener; `run` connects. `heartbeat` is the longest time without a check of the connection.
    package init(_ parameters: ConnectionParameters, heartbeat: Duration = .seconds(10), logger: Logger) {
        var own = parameters
        own.applicationName += " (listener)"
        self.parameters = own
        self.heartbeat = heartbeat
        self.logger = logger
        wakeUp = WakeEvent()
        liveness = Liveness("the listener", nextWithin: .seconds(1_000_000_000))  // not started yet
    }

    /// False while the connection is lost, or when a pooler makes listening useless.
    package var isListening: Bool { listening.withLock { $0 } }

    package func subscribe() -> AsyncStream<JobNotification> { feed.subscribe() }

    package func run(among neighbours: @escaping @Sendable () -> Neighbours) async {
        await life.run {
            await Task(executorPreference: executor) { [self] in keepListening(neighbours) }.value
            feed.finish()
            liveness.end()
        }
    }

    package func stop() {
        life.stop()
        wakeUp.signal()
        if life.ended.isOpen { feed.finish() }
    }

    /// Runs the listener's loop. Requires: the caller may block.
    private func keepListening(_ neighbours: @Sendable () -> Neighbours) {
        var backoff = Backoff()
        var faults = 0
        while !isStopped {
            do {
                let isOfUse = try listen(among: neighbours) {
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

    private var isStopped: Bool { life.isStopped }

    /// Listens until the listener is stopped or fails; returns false when listening is useless.
    private func listen(among neighbours: @Sendable () -> Neighbours, connected: () -> Void) throws -> Bool {
        beat()
        let link = try PostgresLink.connect(parameters)
        if try isPooledAway(link) { return false }
        try link.script(
            "LISTEN ix_jobs; LISTEN ix_cancels; LISTEN ix_callbacks; LISTEN ix_schedules",
            by: Deadline(after: parameters.callTimeout))
        listening.withLock { $0 = true }
        connected()
        var followUps = FollowUpSchedule()
        for kind in [JobNotification.jobs(1), .cancels, .callbacks, .schedules] { feed.send(kind) }
        followUps.arrived(among: neighbours(), at: .now)
        var heard = ContinuousClock.now
        while !isStopped {
            beat()
            let next = min(heard + heartbeat, followUps.due ?? heard + heartbeat)
            let isHeard = link.waitForInput(or: wakeUp.descriptor, until: Deadline(after: next - .now))
            if isHeard || heard + heartbeat <= .now {
                if !isHeard { try proveAlive(link) }
                heard = .now
            }
            let said = try link.takeNotifications()
            if let hints = said["ix_jobs"] {
                let neighbours = neighbours()
                let share = share(of: hints, neighbours)
                // Nothing is sent for another daemon's job: of many daemons all but one would wake a second thread for nothing.
                if share > 0 { feed.send(.jobs(share)) }
                followUps.arrived(among: neighbours, at: .now)
            }
            if said["ix_cancels"] != nil { feed.send(.cancels) }
            if said["ix_callbacks"] != nil { feed.send(.callbacks) }
            if said["ix_schedules"] != nil { feed.send(.schedules) }
            if followUps.take(among: neighbours(), at: .now) { feed.send(.followUp) }
        }
        return true
    }

    /// Returns the number of hints for this daemon. A hint without a stamp (from a move or from foreign code) is for
    /// every daemon.
    private func share(of hints: [String], _ neighbours: Neighbours) -> Int {
        let stamps = hints.compactMap(UInt64.init)
        return neighbours.share(of: stamps) + hints.count - stamps.count
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
        guard rows.first?.text(at: 0) == "4" else {
            throw PostgresError(kind: .connection, message: "the connection no longer listens")
        }
    }
}
