import Synchronization

/// Looks, from a connection of its own, at calls that have no answer yet, and cancels those that wait for a lock that another
/// transaction holds. Such a call fails with `locked`: nothing was written.
///
/// Concurrency: from any thread that may block. A caller that finds it busy asks again later.
/// Failure: a watch that can't look leaves the call to its deadline.
public final class LockWatch: Sendable {
    /// How long a call may be without an answer before it is looked at, and then again.
    static let patience = Duration.milliseconds(500)
    private static let callTimeout = Duration.seconds(1)

    private let parameters: ConnectionParameters
    private let link = Mutex<PostgresLink?>(nil)

    /// Connects when it first has to look.
    public init(_ parameters: ConnectionParameters) {
        var own = parameters
        own.connectTimeout = .seconds(2)
        own.callTimeout = Self.callTimeout
        own.lockWatch = nil
        self.parameters = own
    }

    /// Whether the server process waited for a lock and was told to cancel its statement.
    func interrupt(_ process: Int32) -> Bool {
        link.withLockIfAvailable { link in
            do {
                let watch = try link ?? PostgresLink.connect(parameters)
                link = watch
                let end = Deadline(after: Self.callTimeout)
                return try watch.run(.interruptWaiting, ["\(process)"], by: end).count > 0
            } catch _ {
                link = nil
                return false
            }
        } ?? false
    }

    /// A later look connects again.
    func close() { link.withLock { $0 = nil } }
}
