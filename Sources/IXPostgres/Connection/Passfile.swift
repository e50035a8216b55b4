internal import CLinux
internal import Glibc
internal import Synchronization

/// `Passfile` gives libpq a password file that libpq accepts: a file that only its owner may read. A systemd credential
/// belongs to root, and an access list lets the service read the credential. For stat(2) the access list looks like a
/// right of the group, so libpq would skip the file. Therefore libpq gets a copy in this process's memory, under a path
/// that no other process can open.
enum Passfile {
    /// Copies by path, each made once, because a credential doesn't change while the service runs.
    private static let copies = Mutex<[String: String]>([:])

    static func path(for path: String) throws(SecretFile.Unreadable) -> String {
        var status = stat()
        guard stat(path, &status) == 0 else { throw SecretFile.Unreadable(path) }
        guard isHandedOver(status) else { return path }
        if let copy = copies.withLock({ $0[path] }) { return copy }
        let copy = try copied(path)
        copies.withLock { $0[path] = copy }
        return copy
    }

    /// True for a file of another owner that the group may read and all users may not. libpq itself judges a file of
    /// this user, or a file open to all.
    private static func isHandedOver(_ status: stat) -> Bool {
        status.st_mode & 0o070 != 0 && status.st_mode & 0o007 == 0 && status.st_uid != geteuid()
    }

    private static func copied(_ path: String) throws(SecretFile.Unreadable) -> String {
        let bytes = try SecretFile.bytes(path)
        let descriptor = ix_memory_file("ix-passfile")
        guard descriptor >= 0, fchmod(descriptor, 0o600) == 0, write(descriptor, bytes, bytes.count) == bytes.count
        else { throw SecretFile.Unreadable(path) }
        // The descriptor stays open for as long as the process lives, because libpq opens its path at every connection.
        return "/proc/self/fd/\(descriptor)"
    }
}
