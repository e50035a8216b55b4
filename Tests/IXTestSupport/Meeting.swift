import Dispatch
import Synchronization

/// A barrier for threads, with a time limit. Use only where blocking a thread is allowed.
package final class Meeting: Sendable {
    private let expected: Int
    private let arrived = Mutex(0)
    private let complete = DispatchSemaphore(value: 0)

    /// Creates a barrier for `expected` threads.
    package init(of expected: Int) { self.expected = expected }

    /// Returns when all expected threads have arrived; throws after `limit`.
    package func wait(within limit: Duration = .seconds(30)) throws {
        arrive()
        guard complete.wait(timeout: .now() + limit.timeInterval) == .success else {
            throw TestFailure("the others did not come within \(limit)")
        }
        complete.signal()
    }

    /// Counts the caller as arrived without waiting.
    package func arrive() {
        let isLast = arrived.withLock { count in
            count += 1
            return count == expected
        }
        if isLast { complete.signal() }
    }

    /// True when all expected threads have arrived.
    package var isComplete: Bool { arrived.withLock { $0 >= expected } }
}
