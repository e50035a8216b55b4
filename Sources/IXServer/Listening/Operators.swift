import Glibc
import NIOCore

/// Knows operators among the peers of the service manager's socket file, by what the kernel says of a peer.
///
/// Guarantees: a process of the daemon's own user is never an operator, because the programs of pipelines run as that
/// user.
struct Operators: Sendable {
    private static let mostGroups = 65_536

    private let groupID: gid_t?
    private let own: uid_t

    /// Looks the group up, whose members are operators; a host without the group has no operator but root.
    init(group: String) { self.init(groupID: Self.id(of: group), own: geteuid()) }

    init(groupID: gid_t?, own: uid_t) {
        self.groupID = groupID
        self.own = own
    }

    /// Returns the name of the operator at the other end of a connection; nil for every other peer.
    ///
    /// Requires: the connection's event loop.
    func name(of channel: any Channel) -> String? {
        // ignored: a channel without a descriptor has no known peer
        let name = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable {
            (socket: NIOBSDSocket.Handle) in self.name(of: socket)
        }
        return name ?? nil
    }

    /// Returns the name of the operator at the other end of a socket; nil for every other peer.
    func name(of socket: Int32) -> String? {
        // The kernel's `struct ucred`: pid, user, group.
        var peer = [UInt32](repeating: 0, count: 3)
        let size = peer.count * MemoryLayout<UInt32>.size
        var length = socklen_t(size)
        guard getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0, length == size,
            isOperator(peer[1], [peer[2]] + Self.groups(of: socket))
        else { return nil }
        return Self.name(of: peer[1])
    }

    /// True for root and for members of the group, unless the user is the daemon's own.
    func isOperator(_ user: uid_t, _ groups: [gid_t]) -> Bool {
        guard user != own else { return false }
        return user == 0 || groupID.map(groups.contains) ?? false
    }

    /// Returns the supplementary groups that the peer had when it connected; none where they can't be read.
    private static func groups(of socket: Int32) -> [gid_t] {
        var (count, isRead) = (64, false)
        while count <= mostGroups {
            var length = socklen_t(count * MemoryLayout<gid_t>.size)
            let groups = [gid_t](unsafeUninitializedCapacity: count) { buffer, filled in
                isRead = getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, buffer.baseAddress, &length) == 0
                filled = isRead ? min(Int(length) / MemoryLayout<gid_t>.size, count) : 0
            }
            if isRead { return groups }
            guard errno == ERANGE else { return [] }
            count *= 4
        }
        return []
    }

    private static func id(of group: String) -> gid_t? { getgrnam(group)?.pointee.gr_gid }

    private static func name(of user: uid_t) -> String {
        var (entry, found) = (passwd(), UnsafeMutablePointer<passwd>?.none)
        var buffer = [CChar](repeating: 0, count: 16_384)
        guard getpwuid_r(user, &entry, &buffer, buffer.count, &found) == 0, found != nil, let name = entry.pw_name
        else {
            return "uid\(user)"
        }
        return String(cString: name)
    }
}
