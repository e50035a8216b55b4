/// Asks the service manager for more time, again and again, until it is ended or `limit` is over: for work whose length
/// nobody knows beforehand.
public final class TimeoutExtension: Sendable {
    private let timer: RepeatingTimer?

    public init(_ notice: ServiceNotice, limit: Duration) {
        let end = ContinuousClock.now + limit
        timer =
            notice.isWanted
            ? RepeatingTimer(every: .seconds(5), "ix.extension") {
                if ContinuousClock.now < end { notice.extendTimeout(by: .seconds(20)) }
            } : nil
    }

    public func end() { timer?.end() }
}
