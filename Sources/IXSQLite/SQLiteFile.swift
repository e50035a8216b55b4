import FoundationEssentials
import Glibc
import IXStore

/// The database file: its location, its mode, and its identity.
struct SQLiteFile: Sendable {
    let path: String

    var directory: String { path.deletingLastComponent }
    var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// Makes a missing file, with a group mode if its directory has one. Throws when the file can't be used.
    func prepare() throws(StoreError) {
        try makeDirectory(directory)
        try refuseSharedFileSystem(directory)
        // An existing file is never opened here, because closing the file would drop this process's locks on the file.
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            guard errno == EEXIST else { throw failure(path) }
            return try refuseWhatIsNoFile()
        }
        defer { close(descriptor) }
        guard fchmod(descriptor, mode(in: directory)) == 0, fsync(descriptor) == 0 else { throw failure(path) }
        try sync(directory)
    }

    /// Distinguishes this file from a later file under an equal path; nil without a file.
    var identity: FileIdentity? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return FileIdentity(device: status.st_dev, inode: status.st_ino)
    }

    /// The mode for new files. SQLite gives the log and its index the database's mode; the lock's file gets the mode
    /// from here.
    func mode(in directory: String) -> mode_t {
        var status = stat()
        let isShared = stat(directory, &status) == 0 && status.st_mode & S_IWGRP != 0
        return isShared ? 0o660 : 0o600
    }

    private func makeDirectory(_ directory: String) throws(StoreError) {
        var status = stat()
        guard stat(directory, &status) != 0 else { return }
        let parent = directory.deletingLastComponent
        if parent != directory { try makeDirectory(parent) }
        guard mkdir(directory, 0o700) == 0 || errno == EEXIST else { throw failure(directory) }
        try sync(parent)
    }

    /// Syncs the directory, because a new name is durable only after a sync of its directory.
    private func sync(_ directory: String) throws(StoreError) {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(directory) }
        defer { close(descriptor) }
        // Some file systems can't sync a directory, and return EINVAL.
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw failure(directory) }
    }

    private func refuseWhatIsNoFile() throws(StoreError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw failure(path) }
        guard status.st_mode & S_IFMT != S_IFREG else { return }
        let kind = status.st_mode & S_IFMT == S_IFDIR ? "is a directory" : "is no file"
        throw StoreError(
            .misplaced, operation: "open",
            message: "\(path) \(kind); [sqlite] path names the file itself, jobs.db by default")
    }

    private func refuseSharedFileSystem(_ directory: String) throws(StoreError) {
        guard let real = realpath(directory, nil) else { throw failure(directory) }
        defer { free(real) }
        guard let type = MountTable.current().type(of: String(cString: real)), MountTable.isShared(type) else { return }
        throw StoreError(
            .misplaced, operation: "open",
            message: "\(path) lies on a network or shared file system (\(type)), where locks don't hold: "
                + "set [sqlite] path to a local disk, or use PostgreSQL")
    }

    private func failure(_ what: String) -> StoreError {
        let reason = "\(what): \(String(cString: strerror(errno)))"
        let code: StoreError.Code =
            switch errno {
            case ENOSPC, EDQUOT: .full
            case EACCES, EPERM, EROFS: .permission
            case EIO, ENFILE, EMFILE: .unavailable
            default: .misplaced
            }
        return StoreError(code, operation: "open", message: reason)
    }
}

struct FileIdentity: Sendable, Equatable {
    let device: dev_t
    let inode: ino_t
}

extension String {
    /// The directory of a path.
    fileprivate var deletingLastComponent: String {
        guard let slash = lastIndex(of: "/") else { return "." }
        return slash == startIndex ? "/" : String(self[..<slash])
    }
}
