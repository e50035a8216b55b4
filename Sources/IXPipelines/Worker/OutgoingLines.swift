internal import Glibc

/// What a warm process is still to be told; never waits for it to read.
struct OutgoingLines {
    private let descriptor: Int32
    private var rest: [UInt8] = []
    private var isClosed = false

    /// Owns `descriptor`, the writing end of a pipe that doesn't block.
    init(descriptor: Int32) { self.descriptor = descriptor }

    var interest: pollfd {
        pollfd(fd: isClosed || rest.isEmpty ? -1 : descriptor, events: Int16(POLLOUT), revents: 0)
    }

    mutating func send(_ line: [UInt8]) {
        guard !isClosed else { return }
        rest += line
        flush()
    }

    mutating func flush() {
        while !isClosed, !rest.isEmpty {
            switch rest.withUnsafeBytes({ QuietWrite.write($0, to: descriptor) }) {
            case .wrote(let count): rest.removeFirst(count)
            case .full: return
            case .closed: return close()
            }
        }
    }

    /// The end of the input, however much was read.
    mutating func close() {
        guard !isClosed else { return }
        isClosed = true
        rest = []
        Glibc.close(descriptor)
    }
}
