import Dispatch
import Synchronization

/// So many threads wait for each other, up to a limit; for bodies that run where blocking is allowed.
package final class Meeting: Sendable {
    private let expected: Int
    private let arrived = Mutex(0)
    private let complete = DispatchSemaphore(value: 0)

    package init(of expected: Int) { self.expected = expected }

    /// Returns when everybody has come; throws after `limit`.
    package func wait(within limit: Duration = .seconds(30)) throws {
        arrive()
        guard complete.wait(timeout: .now() + limit.timeInterval) == .success else {
            throw TestFailure("the others did not come within \(limit)")
        }
        complete.signal()
    }

    /// Comes without waiting for the others.
    package func arrive() {
        let isLast = arrived.withLock { count in
            count += 1
            return count == expected
        }
        if isLast { complete.signal() }
    }

    package var isComplete: Bool { arrived.withLock { $0 >= expected } }
}
