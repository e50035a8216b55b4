import Glibc

/// The address of a server: a host name, or the folder of its Unix socket.
struct Upstream: Sendable {
    let host: String
    let port: String

    /// Returns a connected socket; -1 when no server listens. The first read of -1 then fails.
    func connect() -> Int32 { host.hasPrefix("/") ? connectUnix() : connectTCP() }

    private func connectUnix() -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) {
            $0.copyBytes(from: "\(host)/.s.PGSQL.\(port)".utf8.prefix(107))
        }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        return result == 0 ? descriptor : -1
    }

    private func connectTCP() -> Int32 {
        var found: UnsafeMutablePointer<addrinfo>?
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        guard getaddrinfo(host, port, &hints, &found) == 0, let found else { return -1 }
        defer { freeaddrinfo(found) }
        let descriptor = socket(found.pointee.ai_family, found.pointee.ai_socktype, 0)
        return Glibc.connect(descriptor, found.pointee.ai_addr, found.pointee.ai_addrlen) == 0 ? descriptor : -1
    }
}

package enum Socket {
    /// Opens a listening socket on 127.0.0.1; the system chooses the port.
    static func listen() throws -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && Glibc.listen(descriptor, 16) == 0
                    && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard isBound else { throw TestFailure("no port is left") }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    /// Returns a port of 127.0.0.1 that no server listens on.
    package static func freePort() throws -> UInt16 {
        let (descriptor, port) = try listen()
        close(descriptor)
        return port
    }
}
