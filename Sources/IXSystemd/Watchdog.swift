import Glibc

/// Feeds the service manager's watchdog, only as long as `isAlive` says so.
///
/// On a queue of its own: neither the cooperative pool nor a blocked worker holds it up, and what they do is for `isAlive`
/// to judge. When that turns false the manager kills and restarts the service after its WatchdogSec.
public final class Watchdog: Sendable {
    private let timer: RepeatingTimer

    /// Nil when the manager set no watchdog for this process.
    public init?(
        _ environment: [String: String], notice: ServiceNotice, isAlive: @escaping @Sendable () -> Bool
    ) {
        guard notice.isWanted, let period = Self.period(environment) else { return nil }
        timer = RepeatingTimer(every: .microseconds(period / 3), "ix.watchdog") { if isAlive() { notice.watchdog() } }
    }

    public func end() { timer.end() }

    /// WATCHDOG_USEC, if it is meant for us.
    private static func period(_ environment: [String: String]) -> Int? {
        guard let period = environment["WATCHDOG_USEC"].flatMap(Int.init), period > 0 else { return nil }
        guard let pid = environment["WATCHDOG_PID"] else { return period }
        return pid == "\(getpid())" ? period : nil
    }
}
