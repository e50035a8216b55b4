import Glibc

/// `Watchdog` sends signs of life to the service manager's watchdog while `isAlive` returns true. The signs come three
/// times in each period.
///
/// Concurrency: the timer has a queue of its own, so that neither the cooperative pool nor a blocked worker delays a
/// sign. `isAlive` judges the state of both. After `isAlive` returns false for `WatchdogSec`, the manager kills and
/// restarts the service.
public final class Watchdog: Sendable {
    private let timer: RepeatingTimer

    /// Starts the signs of life. Nil when the manager set no watchdog for this process.
    public init?(
        _ environment: [String: String], notice: ServiceNotice, isAlive: @escaping @Sendable () -> Bool
    ) {
        guard notice.isWanted, let period = Self.period(environment) else { return nil }
        timer = RepeatingTimer(every: .microseconds(period / 3), "ix.watchdog") { if isAlive() { notice.watchdog() } }
    }

    /// Ends the signs of life.
    public func end() { timer.end() }

    /// Returns `WATCHDOG_USEC` in microseconds when the value is meant for this process.
    private static func period(_ environment: [String: String]) -> Int? {
        guard let period = environment["WATCHDOG_USEC"].flatMap(Int.init), period > 0 else { return nil }
        guard let pid = environment["WATCHDOG_PID"] else { return period }
        return pid == "\(getpid())" ? period : nil
    }
}
