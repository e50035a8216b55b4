import Glibc

/// A pipe by which another thread of the process ends a poll(2).
package final class WakePipe: Sendable {
    /// The descriptor to poll for input; non-blocking, closed with the object. The pipe is never emptied, so it stays
    /// readable after the first write.
    package let readEnd: Int32
    private let writeEnd: Int32

    /// Creates the pipe. Ends the process when no descriptors are left.
    package init() {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { preconditionFailure("no descriptors are left") }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)  // ignored: can't fail on a descriptor just made
            _ = fcntl(end, F_SETFL, O_NONBLOCK)  // ignored: likewise
        }
        (readEnd, writeEnd) = (ends[0], ends[1])
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    /// Wakes the waiting thread. Safe from any thread; never blocks.
    package func write() {
        var byte: UInt8 = 1
        _ = Glibc.write(writeEnd, &byte, 1)  // ignored: a full pipe wakes as well
    }

    /// Waits, up to `milliseconds`, for a write from another thread.
    package func wait(for milliseconds: Int32) {
        var descriptor = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
        _ = poll(&descriptor, 1, milliseconds)  // ignored: an early return only shortens the wait
    }
}
