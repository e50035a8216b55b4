public import FoundationEssentials
import Glibc
import Synchronization

/// `InstanceLock` is the lock on a file that only one process of an instance can hold, and that no child process
/// inherits.
///
/// Gains: the holder knows that the instance's predecessor on this host is dead. The file contains the holder's daemon
/// id, so that a successor can take back the predecessor's jobs at once.
public final class InstanceLock: Sendable {
    /// The reasons why the lock could not be taken; `description` is a message for the operator.
    public enum Refusal: Error, Sendable, CustomStringConvertible {
        case held(path: String)
        case unusable(path: String, reason: String)

        public var description: String {
            switch self {
            case .held(let path):
                "another daemon of this instance runs on this host (it holds \(path)); give each its own [worker] instance"
            case .unusable(let path, let reason): "\(path): \(reason)"
            }
        }
    }

    private let descriptor: Int32
    private let path: String
    /// The daemon id of the previous holder; nil for the first holder.
    public let predecessor: UUID?

    /// Takes the lock in the file `<directory>/<instance>.lock`, and creates the file and missing directories.
    ///
    /// Guarantees: the lock is released when the object is freed or the process ends. Failure: throws `held` at once
    /// when another process holds the lock, without waiting.
    public init(directory: String, instance: String) throws(Refusal) {
        let path = directory + "/" + instance + ".lock"
        self.path = path
        Self.makeDirectory(directory)
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw .unusable(path: path, reason: String(cString: strerror(errno))) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw .held(path: path)
        }
        predecessor = Self.read(descriptor)
    }

    deinit { close(descriptor) }

    /// Writes the daemon id under which jobs are held from now on, and syncs the file.
    ///
    /// Failure: returns the reason when the id could not be written, nil otherwise. Without the id a successor waits
    /// for the lease to end.
    public func note(_ workerID: UUID) -> String? {
        let text = Array((workerID.uuidString + "\n").utf8)
        guard pwrite(descriptor, text, text.count, 0) == text.count, fdatasync(descriptor) == 0 else {
            return "\(path): \(String(cString: strerror(errno)))"
        }
        return nil
    }

    /// Creates the directory and missing parents. Errors are left out here, because opening the file then fails and
    /// reports the reason.
    private static func makeDirectory(_ path: String) {
        guard mkdir(path, 0o750) != 0, errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex
        else {
            return
        }
        makeDirectory(String(path[..<slash]))
        mkdir(path, 0o750)
    }

    private static func read(_ descriptor: Int32) -> UUID? {
        var bytes = [UInt8](repeating: 0, count: 36)
        guard pread(descriptor, &bytes, 36, 0) == 36 else { return nil }
        return UUID(uuidString: String(decoding: bytes, as: UTF8.self))
    }
}
