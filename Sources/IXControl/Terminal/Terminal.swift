import Glibc

/// Properties of a terminal behind a file descriptor, and writes without buffering.
enum Terminal {
    static func isOn(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// The columns of standard output; nil when the output is no terminal, and lines are not cut.
    static var width: Int? { isOn(STDOUT_FILENO) ? size(STDOUT_FILENO).columns : nil }

    /// Returns columns and rows; 80 × 24 when the terminal reports no size.
    static func size(_ descriptor: Int32) -> (columns: Int, rows: Int) {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return (80, 24) }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// Writes all of `text`, blocking as needed. Returns false when the write failed, for example because the reader
    /// closed.
    @discardableResult
    static func write(_ text: String, to descriptor: Int32) -> Bool {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EAGAIN {
                var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&room, 1, -1)  // ignored: the next write says what is wrong
                continue
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
