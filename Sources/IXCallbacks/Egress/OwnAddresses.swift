import Glibc
import IXCore

/// `HostPort` is a host, given by name or address, and a port of the host.
package struct HostPort: Sendable, Equatable {
    /// The name or address of the host; empty for a socket on this host.
    package let host: String
    /// The number of the port.
    package let port: Int

    /// Creates the pair without a check.
    package init(host: String, port: Int) { (self.host, self.port) = (host, port) }
}

/// `OwnAddresses` lists the addresses that no callback may reach, even when the policy allows the address: the sockets
/// on which this process listens, and the database. A producer chooses the URL, and could otherwise make the daemon
/// send requests to its own sockets and to the database.
struct OwnAddresses: Sendable {
    let database: [HostPort]

    /// Returns the reason why no connection is made to the addresses at `port`; nil when no address belongs to the
    /// daemon or its database. The names of the database's hosts are resolved anew, and only for a callback to the
    /// database's port.
    func fault(
        of addresses: [IPAddress], port: Int, _ resolver: Resolver, within limit: Duration
    ) async -> String? {
        // A socket of this process has an address of this host, so a receiver elsewhere costs no look at the descriptors.
        if addresses.contains(where: LocalAddresses.contains),
            let own = Self.listening(at: port).first(where: { socket in addresses.contains { socket.takes($0) } })
        {
            return "\(own.address) port \(port) is where this daemon listens"
        }
        for server in database where server.port == port {
            let found = await Self.addresses(of: server.host, resolver, limit)
            // A database server on this host may listen on more addresses of this host than on the configured address.
            let isHere = server.host.isEmpty || found.contains { LocalAddresses.contains($0) }
            if let taken = addresses.first(where: { found.contains($0) || isHere && LocalAddresses.contains($0) }) {
                return "\(taken) port \(port) is the database"
            }
        }
        return nil
    }

    private static func addresses(of host: String, _ resolver: Resolver, _ limit: Duration) async -> [IPAddress] {
        if let address = IPAddress(host) { return [address] }
        guard !host.isEmpty else { return [] }
        do { return try await resolver.addresses(of: host, within: limit) } catch {
            // ignored: a database host without an address can't be reached by a callback
            return []
        }
    }

    private struct Listening {
        let address: IPAddress

        /// True when the socket accepts connections to `other`. A socket on the wildcard address accepts connections to
        /// every address of this host.
        func takes(_ other: IPAddress) -> Bool {
            other == address || address.bytes.allSatisfy { $0 == 0 } && LocalAddresses.contains(other)
        }
    }

    /// Returns the listening sockets of this process at the port, including sockets that a library opened.
    private static func listening(at port: Int) -> [Listening] {
        FolderNames.readable("/proc/self/fd").compactMap { name in
            guard let descriptor = Int32(name), let (address, bound) = listening(descriptor), bound == port else {
                return nil
            }
            return Listening(address: address)
        }
    }

    private static func listening(_ descriptor: Int32) -> (IPAddress, Int)? {
        var (takes, size) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
        guard getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &takes, &size) == 0, takes != 0 else { return nil }
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard getsockname(descriptor, address, &length) == 0 else { return nil }
                return IPAddress.withPort(address)
            }
        }
    }
}

/// `LocalAddresses` answers whether an address belongs to this host.
enum LocalAddresses {
    static func contains(_ address: IPAddress) -> Bool {
        if address.isLoopback { return true }
        var first: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&first) == 0 else { return false }
        defer { freeifaddrs(first) }
        return sequence(first: first, next: { $0?.pointee.ifa_next }).contains { entry in
            guard let socketAddress = entry?.pointee.ifa_addr else { return false }
            return IPAddress.withPort(socketAddress)?.0 == address
        }
    }
}

extension IPAddress {
    fileprivate var isLoopback: Bool {
        isIPv4 ? bytes[0] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] == 1
    }

    /// Returns nil for a socket address that is neither IPv4 nor IPv6.
    fileprivate static func withPort(_ socketAddress: UnsafeMutablePointer<sockaddr>) -> (IPAddress, Int)? {
        switch Int32(socketAddress.pointee.sa_family) {
        case AF_INET:
            socketAddress.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { pointer in
                let bytes = withUnsafeBytes(of: pointer.pointee.sin_addr) { Array($0) }
                return (IPAddress(bytes: bytes), Int(UInt16(bigEndian: pointer.pointee.sin_port)))
            }
        case AF_INET6:
            socketAddress.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { pointer in
                let bytes = withUnsafeBytes(of: pointer.pointee.sin6_addr) { Array($0) }
                return (IPAddress(bytes: bytes), Int(UInt16(bigEndian: pointer.pointee.sin6_port)))
            }
        default: nil
        }
    }
}
