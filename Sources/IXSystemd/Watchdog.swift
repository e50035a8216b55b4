import Dispatch
import Glibc
import IXCore

/// `Watchdog` sends signs of life to the service manager's watchdog while `isAlive` returns true. The signs come three
/// times in each period.
///
/// Concurrency: the timer has a queue of its own, so that neither the cooperative pool nor a blocked worker delays a
/// sign. `isAlive` judges the state of both. After `isAlive` returns false for `WatchdogSec`, the manager kills and
/// restarts the service.
package final class Watchdog: Sendable {
    private let timer: RepeatingTimer

    /// Starts the signs of life. Nil when the manager set no watchdog for this process.
    package init?(
        _ environment: [String: String], notice: ServiceNotice, isAlive: @escaping @Sendable () -> Bool
    ) {
        guard notice.isWanted, let period = Self.period(environment) else { return nil }
        timer = RepeatingTimer(every: .microseconds(period / 3), "ix.watchdog") { if isAlive() { notice.watchdog() } }
    }

    /// Ends the signs of life.
    package func end() { timer.end() }

    /// Returns `WATCHDOG_USEC` in microseconds when the value is meant for this process.
    private static func period(_ environment: [String: String]) -> Int? {
        guard let period = environment["WATCHDOG_USEC"].flatMap(Int.init), period > 0 else { return nil }
        guard let pid = environment["WATCHDOG_PID"] else { return period }
        return pid == "\(getpid())" ? period : nil
    }
}

/// `RepeatingTimer` calls a closure at an interval, on a queue of its own, until `end` is called or the timer is freed.
package final class RepeatingTimer: Sendable {
    /// Dispatch allows the use of a source from any thread, and the property is set only once.
    private nonisolated(unsafe) let source: any DispatchSourceTimer

    /// Starts the timer; the first call comes at once. Concurrency: calls never overlap.
    package init(every interval: Duration, _ label: String, _ body: @escaping @Sendable () -> Void) {
        source = DispatchSource.makeTimerSource(queue: DispatchQueue(label: label))
        source.schedule(deadline: .now(), repeating: .microseconds(Int(interval.wholeMicroseconds)))
        source.setEventHandler { @Sendable in body() }
        source.resume()
    }

    deinit { source.cancel() }

    /// Ends the timer; a call already running still ends normally.
    package func end() { source.cancel() }
}

/// `TimeoutExtension` asks the service manager for more time, for work of unknown length. The requests are repeated
/// every 5 seconds until `end` is called or `limit` is over.
package final class TimeoutExtension: Sendable {
    private let timer: RepeatingTimer?

    /// Starts the requests; does nothing without a service manager.
    package init(_ notice: ServiceNotice, limit: Duration) {
        let end = ContinuousClock.now + limit
        timer =
            notice.isWanted
            ? RepeatingTimer(every: .seconds(5), "ix.extension") {
                if ContinuousClock.now < end { notice.extendTimeout(by: .seconds(20)) }
            } : nil
    }

    /// Ends the requests; the last request holds for up to 20 seconds.
    package func end() { timer?.end() }
}
