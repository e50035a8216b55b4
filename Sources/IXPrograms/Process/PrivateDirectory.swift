internal import FoundationEssentials
internal import Glibc
internal import IXPipelines
internal import SystemPackage

/// `PrivateDirectory` is a run's own directory: the child's working directory and `TMPDIR`.
struct PrivateDirectory {
    let path: String

    /// Names a directory that an earlier process made.
    init(path: String) { self.path = path }

    /// True when the last part of the path begins with `ix-`, as in every private directory.
    var isOurs: Bool { path.hasPrefix("/") && path.split(separator: "/").last?.hasPrefix("ix-") == true }

    /// The environment entry that only processes of this run have.
    var mark: String { "IX_CONTROL=\(control)" }

    /// The path of the control file, in which the child reports.
    var control: String { path + "/.ix-control" }

    /// Returns the default parent of private directories: the daemon's `RUNTIME_DIRECTORY`, else its `TMPDIR`, else
    /// `/tmp`.
    static func root(in environment: [String: String]) -> String {
        // systemd lists several runtime directories, separated by colons.
        let runtime = environment["RUNTIME_DIRECTORY"]?.split(separator: ":").first.map(String.init)
        return runtime ?? environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    }

    /// Makes a directory below `root`, which only its owner can enter, and an empty control file in the directory.
    init(root: String, jobID: UUID, user: ProgramUser? = nil) throws(Errno) {
        try self.init(root: root, name: jobID.uuidString.lowercased(), user: user)
    }

    /// Makes a directory. `name` becomes a part of the path, for people; `user` owns the directory, nil for the
    /// daemon's user.
    init(root: String, name: String, user: ProgramUser? = nil) throws(Errno) {
        var template = Array("\(root)/ix-\(name)-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Errno(rawValue: errno) }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        let file = open(control, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            let failure = Errno(rawValue: errno)
            rmdir(path)
            throw failure
        }
        close(file)
        guard let user else { return }
        // The file changes its owner first, because no program is in the directory yet.
        if chown(control, user.user, user.group) == 0, chown(path, user.user, user.group) == 0 { return }
        let failure = Errno(rawValue: errno)
        unlink(control)
        rmdir(path)
        throw failure
    }

    /// Removes the directory with all contents, of any mode and depth. Blocks up to `time`; returns false when a part
    /// is left.
    func remove(within time: Duration = PipelineLimits.removal) -> Bool {
        let end = ContinuousClock.now + time
        repeat {
            if rmdir(path) == 0 || unlink(path) == 0 || errno == ENOENT { return true }
            chmod(path, 0o700)
            let top = DirectoryEntries.open(path)
            guard top >= 0 else { return false }
            Flattening(top: top).pass()
        } while ContinuousClock.now < end
        return false
    }
}

/// `Flattening` empties a directory by moving deeper entries up into the top, so that stack, descriptors and path
/// length don't grow with the depth.
private struct Flattening {
    let top: Int32

    /// Removes all files and empty directories, and moves the contents of the remaining directories up by a level;
    /// closes `top`.
    func pass() {
        var number = 0
        DirectoryEntries.forEach(in: top) { name in
            if Self.removed(name, from: top) { return }
            fchmodat(top, name, 0o700, 0)
            let below = DirectoryEntries.open(name, below: top)
            guard below >= 0 else { return }
            DirectoryEntries.forEach(in: below) { lift($0, from: below, &number) }
            unlinkat(top, name, AT_REMOVEDIR)
        }
    }

    private func lift(_ name: UnsafePointer<CChar>, from below: Int32, _ number: inout Int) {
        if Self.removed(name, from: below) { return }
        // The kernel rewrites `..` in a moved directory, so the directory itself must be writable.
        fchmodat(below, name, 0o700, 0)
        repeat { number += 1 } while renameat(below, name, top, ".ix-\(number)") != 0 && Self.isTaken(errno)
    }

    private static func isTaken(_ code: Int32) -> Bool { [EEXIST, ENOTEMPTY, ENOTDIR, EISDIR].contains(code) }

    private static func removed(_ name: UnsafePointer<CChar>, from directory: Int32) -> Bool {
        unlinkat(directory, name, 0) == 0 || unlinkat(directory, name, AT_REMOVEDIR) == 0
    }
}
