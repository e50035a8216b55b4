import FoundationEssentials
import Glibc
import IXCore
import IXStore

/// The file an export goes to, locked against others; what `append` has taken is on the disk.
struct ExportFile: Sendable {
    let path: String
    let descriptor: Int32
    private let isDurable: Bool

    /// Makes the file, readable by its owner alone, or opens the one that is there.
    init(_ path: String) throws {
        self.path = path
        isDurable = path != "-"
        descriptor = isDurable ? open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600) : STDOUT_FILENO
        guard descriptor >= 0 else { throw failure() }
        guard isDurable else { return }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw InvalidInput(path, "is not a regular file")
        }
        try FileLock.take(descriptor, path)
    }

    var isEmpty: Bool { !isDurable || lseek(descriptor, 0, SEEK_END) == 0 }

    /// Adds `text` at the end and waits for the disk.
    func append(_ text: String) throws(FileTrouble) {
        guard Terminal.write(text, to: descriptor), !isDurable || fsync(descriptor) == 0 else { throw failure() }
    }

    /// Forgets what stands behind `offset`.
    func truncate(to offset: Int) throws(FileTrouble) {
        guard ftruncate(descriptor, off_t(offset)) == 0, fsync(descriptor) == 0 else { throw failure() }
    }

    /// Waits until the file's name is on the disk as well.
    func syncName() throws(FileTrouble) {
        guard isDurable else { return }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { if descriptor >= 0 { close(descriptor) } }
        guard descriptor >= 0, fsync(descriptor) == 0 else { throw failure() }
    }

    private func failure() -> FileTrouble { FileTrouble(path, String(cString: strerror(errno))) }
}

/// What may be otherwise later: a full disk, somebody else at work on the file.
struct FileTrouble: Error, CustomStringConvertible {
    let description: String

    init(_ path: String, _ reason: String) { description = "\(path): \(reason)" }
}

/// Keeps two exports or imports of the same file apart; ends with the process.
enum FileLock {
    static func take(_ descriptor: Int32, _ path: String) throws(FileTrouble) {
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else {
                throw FileTrouble(path, "can't be locked: \(String(cString: strerror(errno)))")
            }
            throw FileTrouble(path, "another export or import is at work on it")
        }
    }
}
