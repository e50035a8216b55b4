import Glibc

/// The listening sockets that the service manager made (`sd_listen_fds`).
enum InheritedSockets {
    /// A socket of the service manager.
    struct Socket: Sendable, Equatable {
        let descriptor: Int32
        /// True for a socket file and for a loopback address.
        let isLocal: Bool
        let isSocketFile: Bool
        /// The path of the socket file of `ix-worker.socket`, whose directory only root writes; nil for every other socket.
        let operatorsPath: String?
    }

    /// The socket file through which operators need no token.
    static let operatorsPath = "/run/ix-worker.sock"

    private static let first: Int32 = 3

    /// Returns the sockets meant for this process, and keeps them from its children.
    static func taken(_ environment: [String: String]) -> [Socket] {
        guard environment["LISTEN_PID"].flatMap({ pid_t($0) }) == getpid(),
            let count = environment["LISTEN_FDS"].flatMap({ Int32($0) }), (1...64).contains(count)
        else { return [] }
        return (first..<first + count).compactMap { descriptor in
            var (isListening, length) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
            guard getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &isListening, &length) == 0, isListening == 1 else {
                return nil
            }
            var family = Int32(0)
            length = socklen_t(MemoryLayout<Int32>.size)
            guard getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &family, &length) == 0 else { return nil }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)  // ignored: the descriptor was just found open
            let isFile = family == AF_UNIX
            return Socket(
                descriptor: descriptor, isLocal: isFile || isLoopback(descriptor), isSocketFile: isFile,
                operatorsPath: isFile && path(descriptor) == operatorsPath ? operatorsPath : nil)
        }
    }

    /// The path of a socket file; nil for a socket without one.
    private static func path(_ descriptor: Int32) -> String? {
        var address = sockaddr_un()
        var length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let isKnown = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) == 0 }
        }
        guard isKnown else { return nil }
        let bytes = withUnsafeBytes(of: address.sun_path) { $0.prefix { $0 != 0 } }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }

    /// True for a socket that is bound to 127.0.0.0/8 or ::1.
    private static func isLoopback(_ descriptor: Int32) -> Bool {
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let isKnown = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) == 0 }
        }
        guard isKnown else { return false }
        let family = Int32(address.ss_family)
        return withUnsafeBytes(of: address) { bytes in
            switch family {
            case AF_INET: bytes[4] == 127
            case AF_INET6: bytes[8..<23].allSatisfy { $0 == 0 } && bytes[23] == 1
            default: false
            }
        }
    }
}
