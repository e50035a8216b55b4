import FoundationEssentials
import Glibc
import IXStore

/// The lock of the single process that may run a file's jobs. The lock ends with the process, on every way out, and no
/// child inherits the lock. The lock's file names the holder.
///
/// The lock is not on the database file. SQLite has its own locks there, and closing any descriptor of the database
/// file would drop SQLite's locks.
final class DaemonLock: Sendable {
    private let descriptor: Int32

    /// Throws `.inUse`, naming the holder, when another process has the lock.
    init(_ file: SQLiteFile, holder: String) throws(StoreError) {
        descriptor = try Self.acquire(file)
        note(holder, mode: file.mode(in: file.directory))
    }

    deinit { close(descriptor) }

    /// Not in the initializer, because a failing initializer runs the deinitializer. A second close could close a
    /// descriptor that another thread has opened meanwhile.
    private static func acquire(_ file: SQLiteFile) throws(StoreError) -> Int32 {
        let path = path(of: file)
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(path) }
        var lock = exclusive
        guard fcntl(descriptor, setLock, &lock) == 0 else {
            // Anything else says that the file can't be locked: no process holds it then.
            let error = errno == EAGAIN ? inUse(file, read(descriptor)) : failure(path)
            close(descriptor)
            throw error
        }
        return descriptor
    }

    /// Returns the holder's text; nil when no process holds the lock.
    static func holder(of file: SQLiteFile) -> String? {
        let descriptor = open(path(of: file), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var lock = exclusive
        lock.l_type = Int16(F_RDLCK)  // a lock that a descriptor for reading may ask about
        guard fcntl(descriptor, getLock, &lock) == 0, lock.l_type != F_UNLCK else { return nil }
        return read(descriptor)
    }

    static func path(of file: SQLiteFile) -> String { file.path + ".lock" }

    /// Locks of the open file, not of the process, so that two stores of one process exclude each other, too. Glibc's
    /// module lacks the constants.
    private static let setLock: Int32 = 37  // F_OFD_SETLK
    private static let getLock: Int32 = 36  // F_OFD_GETLK

    private static var exclusive: flock {
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        return lock
    }

    private func note(_ holder: String, mode: mode_t) {
        let text = Array((holder + "\n").utf8)
        // ignored: the note only helps people; the lock holds without a note
        _ = fchmod(descriptor, mode)
        _ = ftruncate(descriptor, 0)
        _ = pwrite(descriptor, text, text.count, 0)
    }

    private static func read(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = max(pread(descriptor, &bytes, bytes.count, 0), 0)
        let line = String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n").first
        return line.map(String.init) ?? "an unknown process"
    }

    private static func inUse(_ file: SQLiteFile, _ holder: String) -> StoreError {
        StoreError(.inUse, operation: "open", message: "\(file.path) is in use by \(holder); one daemon runs per file")
    }

    private static func failure(_ path: String) -> StoreError {
        let number = errno
        let reason = String(cString: strerror(number))
        switch number {
        case ENOSPC: return StoreError(.full, operation: "open", message: "\(path): \(reason)")
        case EDQUOT: return StoreError(.fileSystem, operation: "open", message: "\(path): \(reason)")
        case ENOLCK, ENOSYS, EINVAL, EOPNOTSUPP:
            return StoreError(
                .misplaced, operation: "open",
                message: "\(path) can't be locked on its file system (\(reason)): set [sqlite] path to a local disk")
        default: return StoreError(.permission, operation: "open", message: "\(path): \(reason)")
        }
    }
}
