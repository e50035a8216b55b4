internal import Dispatch
internal import Glibc

/// Hands a child its request as far as it reads, and never waits for it.
///
/// All calls are made on the run's queue, which protects the state.
final class InputFeeder: @unchecked Sendable {
    private let descriptor: Int32
    private var rest: ArraySlice<UInt8>
    private var isClosed = false
    private var source: (any DispatchSourceWrite)?

    /// Owns `descriptor`, the writing end of a pipe that doesn't block.
    init(descriptor: Int32, line: [UInt8]) {
        self.descriptor = descriptor
        rest = line[...]
    }

    /// Writes what fits into the pipe, usually the whole line.
    func fill() {
        guard !isClosed else { return }
        while !rest.isEmpty {
            switch rest.withUnsafeBytes({ QuietWrite.write($0, to: descriptor) }) {
            case .wrote(let count): rest = rest.dropFirst(count)
            case .full: return
            case .closed: return stop()
            }
        }
        stop()
    }

    /// Goes on whenever the child has made room; leaves `group` once the pipe is closed.
    func follow(on queue: DispatchQueue, group: DispatchGroup) {
        guard !isClosed else { return }
        let source = DispatchSource.makeWriteSource(fileDescriptor: descriptor, queue: queue)
        group.enter()
        source.setEventHandler { [weak self] in self?.fill() }
        source.setCancelHandler { [descriptor] in
            close(descriptor)
            group.leave()
        }
        self.source = source
        source.activate()
    }

    /// Closes the pipe: the end of the input, however much was read.
    func stop() {
        guard !isClosed else { return }
        isClosed = true
        rest = []
        if let source { source.cancel() } else { close(descriptor) }
    }
}
