import FoundationEssentials
import Glibc
import IXCore
import IXStore

/// The file of an export, locked against other exports and imports. Appended text is on the disk when `append` returns.
struct ExportFile: Sendable {
    let path: String
    let descriptor: Int32
    private let isDurable: Bool

    /// Creates the file with mode 0600, or opens an existing file. `-` is standard output, without lock and sync.
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

    /// True for a new file, and always for standard output.
    var isEmpty: Bool { !isDurable || lseek(descriptor, 0, SEEK_END) == 0 }

    /// Appends `text` and waits for fsync.
    func append(_ text: String) throws(FileTrouble) {
        guard Terminal.write(text, to: descriptor), !isDurable || fsync(descriptor) == 0 else { throw failure() }
    }

    /// Cuts the file to `offset` bytes and waits for fsync.
    func truncate(to offset: Int) throws(FileTrouble) {
        guard ftruncate(descriptor, off_t(offset)) == 0, fsync(descriptor) == 0 else { throw failure() }
    }

    /// Waits until the directory entry is on the disk.
    func syncName() throws(FileTrouble) {
        guard isDurable else { return }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { if descriptor >= 0 { close(descriptor) } }
        guard descriptor >= 0, fsync(descriptor) == 0 else { throw failure() }
    }

    private func failure() -> FileTrouble { FileTrouble(path, String(cString: strerror(errno))) }
}

/// A file error which may pass: a full disk, or another process holding the lock. The exit code is 75.
struct FileTrouble: Error, CustomStringConvertible {
    let description: String

    init(_ path: String, _ reason: String) { description = "\(path): \(reason)" }
}

/// The lock which excludes two exports or imports of one file. The lock ends with the process.
enum FileLock {
    static func take(_ descriptor: Int32, _ path: String) throws(FileTrouble) {
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else {
                throw FileTrouble(path, "can't be locked: \(String(cString: strerror(errno)))")
            }
            throw FileTrouble(path, "another export or import uses the file")
        }
    }
}
