import CLinux
import Glibc

/// Another user for a moment, on the calling thread alone: a server that knows its clients by their user (`peer`) sees that one.
/// Files are read with root's rights all the same.
enum ThreadUser {
    /// Nil, and every process but root's, stays what it is.
    static func with<Value>(_ user: uid_t?, _ body: () throws(PostgresError) -> Value) throws(PostgresError) -> Value {
        guard let user, geteuid() == 0, ix_thread_take_user(user) == 0 else { return try body() }
        defer { if ix_thread_take_user(0) != 0 { fatalError("root's rights can't be taken back") } }
        return try body()
    }
}
