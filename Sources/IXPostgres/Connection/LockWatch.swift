import Synchronization

/// `LockWatch` checks calls without an answer from a connection of its own, and cancels calls that wait for another
/// transaction's lock. A cancelled call fails with `locked` and has written nothing.
///
/// Concurrency: callable from any thread that may block. A caller that finds the watch busy tries again later.
/// Failure: a watch that can't look leaves the call to its deadline.
package final class LockWatch: Sendable {
    private static let callTimeout = Duration.seconds(1)

    private let parameters: ConnectionParameters
    private let link = Mutex<PostgresLink?>(nil)

    /// Makes a watch; the watch connects at its first look.
    package init(_ parameters: ConnectionParameters) {
        var own = parameters
        own.connectTimeout = .seconds(2)
        own.callTimeout = Self.callTimeout
        own.interruptBlocked = nil
        self.parameters = own
    }

    /// Returns true when the server process waited for a lock and its statement was cancelled.
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

    /// Closes the connection; a later look connects again.
    func close() { link.withLock { $0 = nil } }
}
