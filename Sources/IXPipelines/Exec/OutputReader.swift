internal import Dispatch
internal import Glibc

/// Reads one of a child's pipes as it fills, until its end or until told to stop.
///
/// All calls are made on the run's queue, which protects the state.
final class OutputReader: @unchecked Sendable {
    private static let chunkBytes = 64 << 10
    /// Chunks in a row, before the run's other events get their turn.
    private static let chunks = 4

    private let descriptor: Int32
    private var isClosed = false
    private var source: (any DispatchSourceRead)?
    private var onBytes: ((UnsafeRawBufferPointer) -> Void)?
    private var onEnd: (() -> Void)?

    /// Owns `descriptor`, the reading end of a pipe that doesn't block.
    init(descriptor: Int32) { self.descriptor = descriptor }

    /// Reads from now on; leaves `group` once the pipe is closed.
    ///
    /// - Parameter onEnd: called when the last writer is gone, not after a `stop`.
    func follow(
        on queue: DispatchQueue, group: DispatchGroup, onBytes: @escaping (UnsafeRawBufferPointer) -> Void,
        onEnd: @escaping () -> Void
    ) {
        self.onBytes = onBytes
        self.onEnd = onEnd
        let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        group.enter()
        source.setEventHandler { [weak self] in self?.read() }
        source.setCancelHandler { [descriptor] in
            close(descriptor)
            group.leave()
        }
        self.source = source
        source.activate()
    }

    func stop() {
        guard !isClosed else { return }
        isClosed = true
        onBytes = nil
        onEnd = nil
        if let source { source.cancel() } else { close(descriptor) }
    }

    private func read() {
        withUnsafeTemporaryAllocation(byteCount: Self.chunkBytes, alignment: 16) { buffer in
            for _ in 0..<Self.chunks {
                let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == EINTR) ? () : end() }
                onBytes?(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<count]))
                // Handling the bytes may have stopped the reading.
                guard !isClosed else { return }
            }
        }
    }

    private func end() {
        let onEnd = onEnd
        stop()
        onEnd?()
    }
}
