public import FoundationEssentials
import Glibc
import Synchronization

/// Proof that this instance's predecessor on this host is dead: a lock on a file that only one process can hold and that
/// no child inherits. The file names the holder's worker id, so a successor knows whose jobs are orphans at once.
public final class InstanceLock: Sendable {
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
    /// The worker id of the holder before us, nil for the first.
    public let predecessor: UUID?

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

    /// Names the worker id under which jobs are held from now on. The reason why it couldn't, if it couldn't: a successor
    /// waits for the lease then.
    public func note(_ workerID: UUID) -> String? {
        let text = Array((workerID.uuidString + "\n").utf8)
        guard pwrite(descriptor, text, text.count, 0) == text.count, fdatasync(descriptor) == 0 else {
            return "\(path): \(String(cString: strerror(errno)))"
        }
        return nil
    }

    /// With all above it; what fails is told by the opening of the file.
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
