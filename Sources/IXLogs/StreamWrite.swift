import Glibc

/// Writing all of it to a descriptor that others may have made one that doesn't block.
public enum StreamWrite {
    /// False when the reader is gone, or the descriptor takes nothing for another reason; `errno` says which.
    @discardableResult
    public static func all(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EAGAIN {
                // Not changed to a blocking one: another process that shares the description has a reason for it.
                var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&room, 1, -1)  // ignored: the next write says what is wrong
                continue
            }
            guard written > 0 || errno == EINTR else { return false }
            rest = rest.dropFirst(max(0, written))
        }
        return true
    }
}
