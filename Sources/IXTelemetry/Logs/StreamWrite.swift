import Glibc

/// `StreamWrite` writes all bytes to a descriptor, even when another process has made the descriptor non-blocking.
public enum StreamWrite {
    /// Returns false when the reader is gone or the write failed; `errno` holds the reason.
    @discardableResult
    public static func all(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EAGAIN {
                // The descriptor stays non-blocking, because another process that shares the description may need the
                // flag.
                var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&room, 1, -1)  // ignored: the next write reports the error
                continue
            }
            guard written > 0 || errno == EINTR else { return false }
            rest = rest.dropFirst(max(0, written))
        }
        return true
    }
}
