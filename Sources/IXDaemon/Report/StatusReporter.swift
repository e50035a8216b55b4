import IXEngine
import IXSystemd
import IXTelemetry
import Logging
import Synchronization

/// Watches the running engine every 2 seconds: reports the status to the service manager, and logs a stall. The
/// reporter has its own queue, so that a stalled engine's queues don't block the reporter.
final class StatusReporter: Sendable {
    private struct Seen {
        var status: String
        var isStalled = false
    }

    private let engine: Engine
    private let reload: Reload
    private let notice: ServiceNotice
    private let logger: Logger
    private let seen: Mutex<Seen>
    private let timer = Mutex<RepeatingTimer?>(nil)

    init(_ engine: Engine, _ reload: Reload, notice: ServiceNotice, logger: Logger) {
        (self.engine, self.reload) = (engine, reload)
        self.notice = notice
        self.logger = logger
        seen = Mutex(Seen(status: StatusLine(engine.state, refusal: reload.refusal).text))
    }

    /// Starts the timer.
    func start() {
        timer.withLock { $0 = RepeatingTimer(every: .seconds(2), "ix.reporter") { [self] in look() } }
    }

    /// Stops the timer. Returns without waiting for a running round.
    func end() {
        timer.withLock { timer in
            timer?.end()
            timer = nil
        }
    }

    private func look() {
        if notice.isWanted { reportStatus() }
        logStall()
    }

    private func reportStatus() {
        let text = StatusLine(engine.state, refusal: reload.refusal).text
        let isNews = seen.withLock { seen in
            defer { seen.status = text }
            return seen.status != text
        }
        if isNews { notice.status(text) }
    }

    private func logStall() {
        let what = engine.stalledParts()
        let wasStalled = seen.withLock { seen in
            defer { seen.isStalled = !what.isEmpty }
            return seen.isStalled
        }
        guard wasStalled == what.isEmpty else { return }
        guard !wasStalled else { return logger.log(.movesAgain) }
        logger.log(.stalled, ["what": "\(what.joined(separator: ", "))"])
        WorkerReport(engine.state, logger).write()
    }
}
