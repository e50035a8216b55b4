internal import Glibc
internal import IXConfig

/// `StateCheck` checks that the state directory is writable and has room. Otherwise the daemon starts no program, and a
/// start after a crash waits for the lease.
struct StateCheck: Check {
    let requires = Prerequisite.nothing
    /// The free space in bytes below which a warning is due. An embedded file or another program would soon use up
    /// less.
    private static let little = 64 << 20
    /// The inodes that a worker's program may need: a record, and a directory with a control file where the directory of
    /// the program lies there, too.
    private static let inodesOfWorker = 3

    func findings(_ context: DoctorContext) async -> [Finding] {
        let worker = context.configuration.worker
        let path = worker.stateDirectory
        guard access(path, W_OK | X_OK) == 0 else {
            return [
                .warning(
                    "state", "\(path): \(String(cString: strerror(errno)))",
                    "run as the daemon's user; otherwise no program starts, and after a crash jobs wait for the lease"
                )
            ]
        }
        var system = statvfs()
        guard statvfs(path, &system) == 0 else { return [.ok("state", "\(path) can be written")] }
        // The space available to users other than root. A file system without a table of inodes tells of none.
        let free = system.availableBytes
        let inodes = system.f_files > 0 ? Int(clamping: system.f_favail) : nil
        return [Self.room(path, free: free, inodes: inodes, workers: worker.count)]
    }

    static func room(_ path: String, free: Int, inodes: Int?, workers: Int) -> Finding {
        let needed = workers * inodesOfWorker
        let text = "\(path) can be written; \(ByteText.of(free)) free" + (inodes.map { ", \($0) inodes" } ?? "")
        let advice = "make room (df -h \(path); df -i \(path)): on a full disk no program is started"
        if let inodes, inodes < needed {
            return .warning("state", "\(text), and \(workers) workers may need \(needed)", advice)
        }
        return free < little ? .warning("state", text, advice) : .ok("state", text)
    }
}
