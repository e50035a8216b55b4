import IXEngine
import IXLogs
import IXSystemd
import Logging
import Synchronization

/// Looks at the running engine every other second: tells the service manager what it does, and the log when something
/// stands still. On a queue of its own, so that it sees what others only wait for.
final class Observer: Sendable {
    private let timer: RepeatingTimer
    private let watchdog: Watchdog?

    init(_ engine: Engine, notice: ServiceNotice, environment: [String: String], logger: Logger) {
        let said = Mutex(StatusLine(engine.state).text)
        let stalled = Mutex(false)
        timer = RepeatingTimer(every: .seconds(2), "ix.observer") {
            if notice.isWanted {
                let text = StatusLine(engine.state).text
                let isNews = said.withLock { said in
                    defer { said = text }
                    return said != text
                }
                if isNews { notice.status(text) }
            }
            let what = engine.standstill()
            let was = stalled.withLock { stalled in
                defer { stalled = !what.isEmpty }
                return stalled
            }
            if !what.isEmpty, !was {
                logger.tell(.stalled, ["what": "\(what.joined(separator: ", "))"])
                Dump(engine.state, logger).tell()
            } else if what.isEmpty, was {
                logger.tell(.movesAgain)
            }
        }
        watchdog = Watchdog(environment, notice: notice) { engine.standstill().isEmpty }
    }

    func end() { timer.end() }
}
