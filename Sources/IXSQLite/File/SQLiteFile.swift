import CSQLiteSQL
import FoundationEssentials
import Glibc
import IXStore

/// The database file: its location, its mode, and its identity.
struct SQLiteFile: Sendable {
    /// The mark of ix-worker's files, "IXJB", so that no foreign database is taken for a queue.
    static let applicationID: Int32 = 0x4958_4A42

    /// The real path of the file, with links followed, because log and lock lie beside the file that a link leads to.
    /// While neither the file nor its directory exists, the path is the given one.
    let path: String
    /// The path as the operator gave it: messages show the given path, and a check sees whether the given path still
    /// leads to this file.
    let givenPath: String

    init(path: String) {
        givenPath = path
        self.path = Self.real(path) ?? path
    }

    /// Returns nil where neither the file nor its directory exists.
    private static func real(_ path: String) -> String? {
        if let file = realpath(path, nil) {
            defer { free(file) }
            return String(cString: file)
        }
        guard let directory = realpath(path.deletingLastComponent, nil), let slash = path.lastIndex(of: "/") else {
            return nil
        }
        defer { free(directory) }
        let parent = String(cString: directory)
        return (parent == "/" ? "" : parent) + path[slash...]
    }

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
            try refuseWhatIsNoFile()
            try refuseOtherNames()
            return try refuseMountedFile()
        }
        defer { close(descriptor) }
        guard fchmod(descriptor, mode(in: directory)) == 0, giveAway(descriptor), fsync(descriptor) == 0 else {
            throw failure(path)
        }
        try sync(directory)
    }

    /// Gives a file that root creates in the service's directory to the service's user. SQLite gives the log and its
    /// index to the owner of the database file.
    private func giveAway(_ descriptor: Int32) -> Bool {
        var status = stat()
        guard geteuid() == 0, stat(directory, &status) == 0, status.st_uid != 0 else { return true }
        return fchown(descriptor, status.st_uid, status.st_gid) == 0
    }

    /// The identity distinguishes this file from another file under the same name; nil when no file exists.
    var identity: FileIdentity? {
        var status = stat()
        guard stat(givenPath, &status) == 0 else { return nil }
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
        let kind = status.st_mode & S_IFMT == S_IFDIR ? "is a directory" : "is not a regular file"
        throw StoreError(
            .misplaced, operation: "open",
            message: "\(path) \(kind); [sqlite] path must name the file itself, such as jobs.db")
    }

    /// Refuses a file with several hard links, because a program that opens the file by another name has another log
    /// and another lock.
    private func refuseOtherNames() throws(StoreError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw failure(path) }
        guard status.st_nlink > 1 else { return }
        throw StoreError(
            .misplaced, operation: "open",
            message: "\(path) has \(status.st_nlink) names (hard links), but must have one, beside its log and lock: "
                + "remove the other names (find -samefile shows them)")
    }

    /// Refuses a file that is a mount of its own, because its log and lock would stay in the container and be lost with
    /// the container.
    private func refuseMountedFile() throws(StoreError) {
        guard ix_is_mount_point(path) != 0 || MountTable.current().isMountPoint(path) else { return }
        throw StoreError(
            .misplaced, operation: "open",
            message: "\(path) is itself a mount point, so that its log and lock would be outside of the mount: "
                + "mount its folder instead")
    }

    /// The type of the file system on which the file lies, for messages to people.
    var fileSystem: String { MountTable.current().type(of: path) ?? "unknown" }

    private func refuseSharedFileSystem(_ directory: String) throws(StoreError) {
        guard let real = realpath(directory, nil) else { throw failure(directory) }
        defer { free(real) }
        guard let type = MountTable.current().type(of: String(cString: real)), MountTable.isShared(type) else { return }
        throw StoreError(
            .misplaced, operation: "open",
            message: "\(path) is on a network or shared file system (\(type)), where locks are not reliable: "
                + "set [sqlite] path to a local disk, or use PostgreSQL")
    }

    private func failure(_ what: String) -> StoreError {
        let number = errno
        let reason = "\(what): \(String(cString: strerror(number)))"
        let code: StoreError.Code =
            switch number {
            case ENOSPC: .full
            case EDQUOT, EIO: .fileSystem
            case EACCES, EPERM, EROFS: .permission
            case ENFILE, EMFILE: .unavailable
            default: .misplaced
            }
        let location = code == .fileSystem ? ", on a file system of type \(fileSystem)" : ""
        return StoreError(code, operation: "open", message: reason + location)
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
