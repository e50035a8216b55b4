import FoundationEssentials
import Glibc
import Synchronization

/// `InstanceLock` proves that this instance's predecessor on this host is dead. The lock is on a file, only one process
/// can hold the lock, and no child inherits the lock. The file names the holder's daemon id, so that a successor knows
/// at once whose jobs are orphans.
///
/// Guarantees: a holder that was recorded elsewhere is not taken for a predecessor. Elsewhere means: in the directory
/// of which this directory is a copy, on another machine, or before this machine's start.
final class InstanceLock: Sendable {
    /// The reasons why the lock could not be taken; `description` is a message for the operator.
    enum Refusal: Error, Sendable, CustomStringConvertible {
        case held(path: String)
        case unusable(path: String, reason: String)

        /// The message for the operator.
        var description: String {
            switch self {
            case .held(let path):
                "another daemon of this instance runs on this host (it holds \(path)); give each its own [worker] instance"
            case .unusable(let path, let reason): "\(path): \(reason)"
            }
        }
    }

    private let descriptor: Int32
    private let path: String
    private let here: StateOrigin
    /// The daemon id of the lock's previous holder; nil for the first holder, and when the previous holder may still
    /// live.
    let predecessor: UUID?
    /// True when the file names a holder that may still live; only the holder's lease shows whether the holder lives.
    let isForeign: Bool

    /// Takes the lock in the file `<directory>/<instance>.lock`, and creates the file and missing directories.
    ///
    /// Guarantees: the lock is released when the object is freed or the process ends. Failure: throws `held` at once
    /// when another process holds the lock, without waiting.
    init(directory: String, instance: String) throws(Refusal) {
        let path = directory + "/" + instance + ".lock"
        self.path = path
        Self.makeDirectory(directory)
        descriptor = try Self.acquire(path, in: directory)
        here = StateOrigin(descriptor)
        let note = Self.read(descriptor)
        let isOurs = note?.origin != nil && note?.origin == here.text
        predecessor = isOurs ? note?.daemonID : nil
        isForeign = note != nil && !isOurs
    }

    deinit { close(descriptor) }

    /// One word that distinguishes the entries of this directory from the entries of a copy; nil when the machine has
    /// no such word.
    var origin: String? { here.text }

    /// A number that no other lock file of this file system has: the inode.
    var number: UInt64 { UInt64(here.inode) }

    /// Records the daemon id under which the daemon claims jobs from now on. Returns the reason when the record can't
    /// be written; a successor then waits for the end of the lease.
    func note(_ daemonID: UUID) -> String? {
        let text = Array("\(daemonID.uuidString) \(here.text ?? "-")\n".utf8)
        guard pwrite(descriptor, text, text.count, 0) == text.count, fdatasync(descriptor) == 0 else {
            return "\(path): \(String(cString: strerror(errno)))"
        }
        return nil
    }

    /// A function of its own, because a failure in the initializer would run the deinitializer.
    private static func acquire(_ path: String, in directory: String) throws(Refusal) -> Int32 {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw .unusable(path: path, reason: String(cString: strerror(errno))) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            // A file system without locks returns another error, and no process holds the lock.
            guard code != EWOULDBLOCK else { throw .held(path: path) }
            throw .unusable(path: path, reason: "can't be locked: \(String(cString: strerror(code)))")
        }
        // A user with access to the shared directory may run the next daemon. ignored: only the file's owner can change
        // the mode, and has changed it already.
        if isShared(directory) { _ = fchmod(descriptor, 0o660) }
        return descriptor
    }

    private static func isShared(_ directory: String) -> Bool {
        var status = stat()
        return stat(directory, &status) == 0 && status.st_mode & S_IWGRP != 0
    }

    /// Makes the directory and its missing parents. A failure is reported by the opening of the file.
    private static func makeDirectory(_ path: String) {
        guard mkdir(path, 0o750) != 0, errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex
        else {
            return
        }
        makeDirectory(String(path[..<slash]))
        mkdir(path, 0o750)
    }

    private static func read(_ descriptor: Int32) -> (daemonID: UUID, origin: String?)? {
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = max(pread(descriptor, &bytes, bytes.count, 0), 0)
        let line = bytes[..<count].prefix { $0 != 0x0A }
        let words = String(decoding: line, as: UTF8.self).split(separator: " ")
        guard let first = words.first, let daemonID = UUID(uuidString: String(first)) else { return nil }
        return (daemonID, words.count > 1 && words[1] != "-" ? String(words[1]) : nil)
    }
}

/// `StateOrigin` identifies where and when a file of the state directory was written: in which file, on which machine,
/// and during which start of the machine.
///
/// The origin differs in a copy of the directory, and on another machine that shares the directory. A file of another
/// origin says nothing about the daemons and processes of this machine.
struct StateOrigin: Sendable, Equatable {
    /// One word for the origin. Nil on a machine without a boot id, where starts can't be distinguished; no later start
    /// then trusts the file.
    let text: String?
    let inode: ino_t

    /// Reads the origin of the open file.
    init(_ descriptor: Int32) {
        var status = stat()
        let isKnown = fstat(descriptor, &status) == 0
        inode = status.st_ino
        let boot = Self.word("/proc/sys/kernel/random/boot_id")
        let machine = Self.word("/etc/machine-id") ?? "-"
        text = isKnown ? boot.map { "\($0)/\(machine)/\(status.st_dev)/\(status.st_ino)" } : nil
    }

    /// Returns the first word of a file; nil for a missing file or a file without words.
    private static func word(_ path: String) -> String? {
        // ignored: an unreadable file counts as missing
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        return text.split(whereSeparator: \.isWhitespace).first.map(String.init)
    }
}
