internal import Glibc
internal import IXPipelines

/// `InputFeeder` writes the request to a child's standard input. Writing never waits for the child to read.
struct InputFeeder {
    private let descriptor: Int32
    private var rest: ArraySlice<UInt8>
    private var isClosed = false

    /// Owns `descriptor`, the non-blocking writing end of a pipe.
    init(descriptor: Int32, line: [UInt8]) {
        self.descriptor = descriptor
        rest = line[...]
    }

    /// The event to poll for: space in the pipe; none after the pipe is closed.
    var interest: pollfd { pollfd(fd: isClosed ? -1 : descriptor, events: Int16(POLLOUT), revents: 0) }

    /// Writes as much as the pipe takes, usually the whole line, and closes the pipe after the last byte.
    mutating func fill() {
        while !isClosed, !rest.isEmpty {
            switch rest.withUnsafeBytes({ PipeWriter.write($0, to: descriptor) }) {
            case .wrote(let count): rest = rest.dropFirst(count)
            case .full: return
            case .closed: return stop()
            }
        }
        stop()
    }

    /// Closes the pipe, and drops unwritten bytes.
    mutating func stop() {
        guard !isClosed else { return }
        isClosed = true
        rest = []
        close(descriptor)
    }
}
