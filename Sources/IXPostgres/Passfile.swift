internal import CLinux
internal import Glibc
internal import Synchronization

/// A password file as libpq takes it: one that nobody but its owner may read. A credential of systemd's is root's, shown to the
/// service by an access list that stat(2) tells as the group's right, and libpq would pass it over. Of such a file libpq
/// gets a copy that lies in this process's memory, under a path that no other process can open.
enum Passfile {
    /// By path: the copies, made once; a credential doesn't change while the service runs.
    private static let copies = Mutex<[String: String]>([:])

    static func path(for path: String) throws(PasswordSource.Unreadable) -> String {
        var status = stat()
        guard stat(path, &status) == 0 else { throw PasswordSource.Unreadable(path) }
        guard isHandedOver(status) else { return path }
        if let copy = copies.withLock({ $0[path] }) { return copy }
        let copy = try copied(path)
        copies.withLock { $0[path] = copy }
        return copy
    }

    /// Somebody else's, readable by us and not by everybody. One that is ours, or open to all, is for libpq to judge.
    private static func isHandedOver(_ status: stat) -> Bool {
        status.st_mode & 0o070 != 0 && status.st_mode & 0o007 == 0 && status.st_uid != geteuid()
    }

    private static func copied(_ path: String) throws(PasswordSource.Unreadable) -> String {
        let bytes = try PasswordSource.bytes(path)
        let descriptor = ix_memory_file("ix-passfile")
        guard descriptor >= 0, fchmod(descriptor, 0o600) == 0, write(descriptor, bytes, bytes.count) == bytes.count
        else { throw PasswordSource.Unreadable(path) }
        // Left open for as long as the process lives: its path is how libpq finds it at every connection.
        return "/proc/self/fd/\(descriptor)"
    }
}
