internal import CLinux
internal import Glibc

/// `TimedSemaphore` counts signals for threads that wait, up to a time limit.
///
/// Gains: no change of the machine's clock prolongs or shortens a wait. A wait of DispatchSemaphore with a limit ends at a
/// time of the clock that people set: after a step back of an hour the wait lasts an hour longer.
/// Requires: no thread waits when the object is freed.
/// Concurrency: safe from any thread; only the waits block.
package final class TimedSemaphore: @unchecked Sendable {
    /// Protected by the C library, whose functions may be called from any thread.
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    /// The longest wait, about 100 years, within the range of the clock.
    private static let longest = Duration.seconds(100 * 365 * 86_400)

    /// Creates a semaphore that lets as many waits pass as `value` says.
    package init(value: Int = 0) { sem_init(semaphore, 0, UInt32(clamping: value)) }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    /// Lets one wait pass.
    package func signal() { sem_post(semaphore) }

    /// Waits for a signal, and takes the signal.
    package func wait() { while !wait(upTo: Self.longest) {} }

    /// Waits for a signal. Returns true when the signal came within `limit`; the signal is taken then.
    package func wait(upTo limit: Duration) -> Bool {
        let (seconds, atto) = min(max(limit, .zero), Self.longest).components
        return ix_wait_semaphore(semaphore, seconds * 1_000_000_000 + atto / 1_000_000_000) == 0
    }
}
