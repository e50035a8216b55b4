internal import CLinux
internal import Glibc

/// `WakeEvent` wakes a thread that waits in poll(2). A signal before the wait counts too.
///
/// Guarantees: the descriptor stays readable from the first signal until `clear`. No program that starts later inherits
/// the descriptor.
/// Concurrency: safe from any thread; only `wait` blocks.
/// Failure: without a free descriptor `isUsable` is false, and every wait lasts until its time is up.
package final class WakeEvent: Sendable {
    /// The descriptor to poll for input, closed with the object; -1 when no descriptor was free. poll(2) passes over -1.
    package let descriptor: Int32

    /// Creates an event without a signal.
    package init() { descriptor = ix_wake_descriptor() }

    deinit { if isUsable { close(descriptor) } }

    /// False when no descriptor was free, so that a signal wakes no thread.
    package var isUsable: Bool { descriptor >= 0 }

    /// Wakes the waiting thread. Never blocks.
    package func signal() {
        var one: UInt64 = 1
        _ = write(descriptor, &one, 8)  // ignored: a full counter wakes as well
    }

    /// Takes all signals so far; the next wait needs a new signal.
    package func clear() {
        var count: UInt64 = 0
        _ = read(descriptor, &count, 8)  // ignored: a read fails only when there was no signal
    }

    /// Waits, up to `nanoseconds`, for a signal from another thread, and leaves the signal in place. A clock that is set
    /// doesn't change the time, unlike the time of a semaphore.
    func wait(nanoseconds: Int) {
        ix_wait_readable(descriptor, nanoseconds / 1_000_000_000, nanoseconds % 1_000_000_000)
    }

    /// Waits, up to `milliseconds`, for a signal from another thread, and leaves the signal in place.
    package func wait(for milliseconds: Int32) {
        var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        _ = Glibc.poll(&poll, 1, milliseconds)  // ignored: an early return only shortens the wait
    }
}
