internal import Glibc
internal import IXPipelines

/// `OutgoingLines` holds the lines that a warm process hasn't read yet. Writing never waits for the process to read.
struct OutgoingLines {
    private let descriptor: Int32
    private var rest: [UInt8] = []
    private var isClosed = false

    /// Owns `descriptor`, the non-blocking writing end of a pipe.
    init(descriptor: Int32) { self.descriptor = descriptor }

    /// The event to poll for: space in the pipe while lines wait; none otherwise.
    var interest: pollfd {
        pollfd(fd: isClosed || rest.isEmpty ? -1 : descriptor, events: Int16(POLLOUT), revents: 0)
    }

    /// Writes as much as the pipe takes, and keeps the rest for `flush`.
    mutating func send(_ line: [UInt8]) {
        guard !isClosed else { return }
        rest += line
        flush()
    }

    /// Writes waiting lines, as much as the pipe takes.
    mutating func flush() {
        while !isClosed, !rest.isEmpty {
            switch rest.withUnsafeBytes({ PipeWriter.write($0, to: descriptor) }) {
            case .wrote(let count): rest.removeFirst(count)
            case .full: return
            case .closed: return close()
            }
        }
    }

    /// Closes the process's input, and drops the lines that the process hasn't read.
    mutating func close() {
        guard !isClosed else { return }
        isClosed = true
        rest = []
        Glibc.close(descriptor)
    }
}
