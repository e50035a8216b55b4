/// `TimeoutExtension` asks the service manager for more time, for work of unknown length. The requests are repeated
/// every 5 seconds until `end` is called or `limit` is over.
public final class TimeoutExtension: Sendable {
    private let timer: RepeatingTimer?

    /// Starts the requests; does nothing without a service manager.
    public init(_ notice: ServiceNotice, limit: Duration) {
        let end = ContinuousClock.now + limit
        timer =
            notice.isWanted
            ? RepeatingTimer(every: .seconds(5), "ix.extension") {
                if ContinuousClock.now < end { notice.extendTimeout(by: .seconds(20)) }
            } : nil
    }

    /// Ends the requests; the last request holds for up to 20 seconds.
    public func end() { timer?.end() }
}
