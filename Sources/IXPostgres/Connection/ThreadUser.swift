import CLinux
import Glibc

/// `ThreadUser` changes the user of the calling thread for a moment, so that a server with `peer` authentication sees
/// the changed user. Files are still read with root's rights.
enum ThreadUser {
    /// Runs `body` as the user. A nil user, or a process that doesn't run as root, runs `body` unchanged.
    static func with<Value>(_ user: uid_t?, _ body: () throws(PostgresError) -> Value) throws(PostgresError) -> Value {
        guard let user, geteuid() == 0, ix_thread_take_user(user) == 0 else { return try body() }
        defer { if ix_thread_take_user(0) != 0 { fatalError("root's rights can't be taken back") } }
        return try body()
    }
}
