import FoundationEssentials
import Glibc
import NIOCore

/// Knows operators among the peers of the service manager's socket file, by what the kernel says of a peer.
///
/// A unit with `PrivateUsers=yes` knows neither the group nor its members: the kernel shows every user but root and the
/// service's own as the overflow user. There the mode of the socket file decides, which let none but root and the
/// file's group connect.
///
/// Guarantees: a process of the daemon's own user is never an operator, because the programs of pipelines run as that
/// user.
struct Operators: Sendable {
    /// The kernel's id for users and groups without one in this namespace.
    private static let overflow: UInt32 = 65_534
    private static let mostGroups = 65_536

    private let group: String
    private let groupID: gid_t?
    private let own: uid_t
    /// True where the mode of the socket file stands for the group.
    private let isGuardedByFile: Bool

    /// Looks the group up, whose members are operators; a host without the group has no operator but root. `path` is
    /// the socket file.
    init(group: String, path: String?) {
        let id = Self.id(of: group)
        let isHidden = id.map { !Self.isMapped($0) } ?? false
        self.init(
            group: group, groupID: id, own: geteuid(), isGuardedByFile: isHidden && path.map(Self.isGuarded) ?? false)
    }

    init(group: String, groupID: gid_t?, own: uid_t, isGuardedByFile: Bool = false) {
        self.group = group
        self.groupID = groupID
        self.own = own
        self.isGuardedByFile = isGuardedByFile
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
        return peer[1] == Self.overflow ? group : Self.name(of: peer[1])
    }

    /// True for root and for members of the group, unless the user is the daemon's own.
    func isOperator(_ user: uid_t, _ groups: [gid_t]) -> Bool {
        guard user != own else { return false }
        if user == 0 || groupID.map(groups.contains) ?? false { return true }
        return isGuardedByFile && user == Self.overflow
    }

    /// True for a group that has an id in this user namespace. Unreadable or in another form, the map has none.
    private static func isMapped(_ group: gid_t) -> Bool {
        // ignored: without the map nothing is known, and the group's id must stand for itself
        guard let map = try? String(contentsOfFile: "/proc/self/gid_map", encoding: .utf8) else { return true }
        return map.split(whereSeparator: \.isNewline).contains { line in
            let numbers = line.split(separator: " ").compactMap { UInt64($0) }
            return numbers.count == 3 && UInt64(group) >= numbers[0] && UInt64(group) - numbers[0] < numbers[2]
        }
    }

    /// True for a socket file of root's and of a group without an id here, closed to every other user.
    private static func isGuarded(_ path: String) -> Bool {
        var file = stat()
        return lstat(path, &file) == 0 && file.st_mode & S_IFMT == S_IFSOCK && file.st_uid == 0
            && file.st_gid == overflow && file.st_mode & 0o007 == 0
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
