import CSQLiteSQL
import GRDB
import Glibc
import IXCore

/// The deadline of the calling thread's call: neither another process's lock nor a long statement outlasts the
/// deadline.
enum CallDeadline {
    /// Runs `body`, which SQLite interrupts when `limit` has passed; nil for no limit.
    static func within<Value>(_ limit: Duration?, _ body: () throws -> Value) rethrows -> Value {
        ix_sqlite_set_deadline(limit.map { nanoseconds() + $0.wholeNanoseconds } ?? 0)
        defer { ix_sqlite_set_deadline(0) }
        return try body()
    }

    /// Makes a connection obey the deadline of the thread that uses the connection.
    static func bind(_ db: Database) {
        guard let connection = db.sqliteConnection else { return }
        ix_sqlite_obey_deadline(UnsafeMutableRawPointer(connection))
    }

    private static func nanoseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
