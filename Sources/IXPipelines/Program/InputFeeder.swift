internal import Glibc

/// Hands a child its request as far as it reads, and never waits for it.
struct InputFeeder {
    private let descriptor: Int32
    private var rest: ArraySlice<UInt8>
    private var isClosed = false

    /// Owns `descriptor`, the writing end of a pipe that doesn't block.
    init(descriptor: Int32, line: [UInt8]) {
        self.descriptor = descriptor
        rest = line[...]
    }

    /// What to wait for: room in the pipe, nothing once it is closed.
    var interest: pollfd { pollfd(fd: isClosed ? -1 : descriptor, events: Int16(POLLOUT), revents: 0) }

    /// Writes what fits into the pipe, usually the whole line.
    mutating func fill() {
        while !isClosed, !rest.isEmpty {
            switch rest.withUnsafeBytes({ QuietWrite.write($0, to: descriptor) }) {
            case .wrote(let count): rest = rest.dropFirst(count)
            case .full: return
            case .closed: return stop()
            }
        }
        stop()
    }

    /// Closes the pipe: the end of the input, however much was read.
    mutating func stop() {
        guard !isClosed else { return }
        isClosed = true
        rest = []
        close(descriptor)
    }
}
