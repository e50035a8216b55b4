internal import Glibc
internal import IXPipelines

/// `OutputReader` reads a pipe from a child as the pipe fills. Reading never waits for the child.
struct OutputReader {
    private static let chunkBytes = 64 << 10
    /// Chunks read in a row before the loop handles the run's other events.
    private static let chunks = 4

    private let descriptor: Int32
    /// True when nothing is left to read: no process holds the writing end, or reading was stopped.
    private(set) var isClosed = false

    /// Owns `descriptor`, the non-blocking reading end of a pipe.
    init(descriptor: Int32) { self.descriptor = descriptor }

    /// The event to poll for: bytes or the end of the pipe; none after closing and before `pausedUntil`.
    var interest: pollfd { pollfd(fd: isClosed || isPaused ? -1 : descriptor, events: Int16(POLLIN), revents: 0) }

    /// The end of a pause. A child that writes more than 50 MiB per second fills the pipe and waits, so that reading
    /// doesn't use up two processors.
    private(set) var pausedUntil: ContinuousClock.Instant?
    private var window = Window()

    private struct Window {
        static let length = Duration.milliseconds(10)
        /// The limit per window of 10 ms, which is 50 MiB per second.
        static let bytes = 512 << 10
        var start = ContinuousClock.now
        var read = 0
    }

    private var isPaused: Bool { pausedUntil.map { $0 > .now } ?? false }

    private mutating func count(_ bytes: Int) {
        window.read += bytes
        guard window.read > Window.bytes else { return }
        let now = ContinuousClock.now
        pausedUntil = now - window.start < Window.length ? window.start + Window.length : nil
        window = Window(start: pausedUntil ?? now)
    }

    /// Calls `onBytes` with the bytes in the pipe, at most 4 chunks of 64 KiB.
    mutating func read(_ onBytes: (UnsafeRawBufferPointer) -> Void) {
        withUnsafeTemporaryAllocation(byteCount: Self.chunkBytes, alignment: 16) { buffer in
            for _ in 0..<Self.chunks {
                let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                if count < 0, errno == EAGAIN || errno == EINTR { return }
                guard count > 0 else { return stop() }
                onBytes(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<count]))
                self.count(count)
            }
        }
    }

    /// Closes the pipe, and drops unread bytes.
    mutating func stop() {
        guard !isClosed else { return }
        isClosed = true
        close(descriptor)
    }
}
