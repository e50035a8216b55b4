internal import Glibc

/// Reads one of a child's pipes as it fills, and never waits for it.
struct OutputReader {
    private static let chunkBytes = 64 << 10
    /// Chunks in a row, before the run's other events get their turn.
    private static let chunks = 4

    private let descriptor: Int32
    /// Whether there is no more to read: nobody holds the other end, or the reading was stopped.
    private(set) var isClosed = false

    /// Owns `descriptor`, the reading end of a pipe that doesn't block.
    init(descriptor: Int32) { self.descriptor = descriptor }

    /// What to wait for: bytes or the end, nothing once it is closed, or before `pausedUntil`.
    var interest: pollfd { pollfd(fd: isClosed || isPaused ? -1 : descriptor, events: Int16(POLLIN), revents: 0) }

    /// Who writes without end fills the pipe and waits, instead of taking two processors.
    private(set) var pausedUntil: ContinuousClock.Instant?
    private var window = Window()

    private struct Window {
        static let length = Duration.milliseconds(10)
        /// 50 MiB a second.
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

    /// Hands over what is in the pipe, up to a bound.
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

    /// Closes the pipe, whatever is still in it.
    mutating func stop() {
        guard !isClosed else { return }
        isClosed = true
        close(descriptor)
    }
}
